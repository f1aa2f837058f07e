/**
 * Variables that the engine gets, by name and by beginning. A list of what is allowed: an editor's environment holds tokens
 * and `NODE_OPTIONS` that a process which decodes hostile files has no use for.
 */
const NAMES = new Set([
  'PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TMP', 'TEMP', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH',
  'SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'NUMBER_OF_PROCESSORS',
]); // prettier-ignore
const BEGINNINGS = ['LC_', 'LOUPE_', 'MALLOC_', 'FONTCONFIG_'];

/** The environment of the engine process. `ELECTRON_RUN_AS_NODE` makes VS Code's own runtime a plain Node. */
export function engineEnvironment(from: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(from).filter(([name]) => {
    const upper = name.toUpperCase();
    return NAMES.has(upper) || BEGINNINGS.some((beginning) => upper.startsWith(beginning));
  });
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
