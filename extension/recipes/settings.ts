/** The settings of the section `loupe.recipes`; package.json declares them, and the server reads them. */
export const RECIPE_SETTINGS = ['dialects', 'versions', 'pythonEnvironment', 'sources', 'yamlErrors'] as const;

/** The extension that shows faults of YAML too. */
export const YAML_EXTENSION = 'redhat.vscode-yaml';

/** The section as the server takes it: who shows faults of the YAML is settled here, where it is known what is installed. */
export function serverSettings(section: Readonly<Record<string, unknown>>, hasYamlExtension: boolean): Readonly<Record<string, unknown>> {
  const { yamlErrors, ...rest } = section;
  return { ...rest, syntaxElsewhere: yamlErrors === 'off' || (yamlErrors !== 'on' && hasYamlExtension) };
}
