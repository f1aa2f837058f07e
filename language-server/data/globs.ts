/** Whether a path of `/` fits a glob of `*`, `**`, `?` and `{a,b}`, from the root or from any folder on. */
export function matchesGlob(path: string, glob: string): boolean {
  const pattern = expression(glob);
  return new RegExp(`(?:^|/)${pattern}$`).test(path);
}

function expression(glob: string): string {
  return glob.replace(/^\//, '').replace(/\*\*\/?|[*?{},]|[.+^$()|[\]\\]/g, (token) => {
    switch (token) {
      case '**':
      case '**/':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        return '(?:';
      case '}':
        return ')';
      case ',':
        return '|';
      default:
        return `\\${token}`;
    }
  });
}
