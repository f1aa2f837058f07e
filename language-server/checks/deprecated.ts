import type { Recipe } from '../recipe.ts';
import { finding, replacement, type Finding } from './finding.ts';

export function deprecatedParameters({ fields }: Recipe): Finding[] {
  return fields.flatMap(({ parameter: { name, deprecated }, entry: { key, merged } }) => {
    if (deprecated === undefined) return [];
    return [finding('deprecated-parameter', 'hint', key, `${name} will go; write ${deprecated}.`, { tag: 'deprecated', fixes: merged ? [] : [replacement(`Rename to ${deprecated}`, key, deprecated)] })];
  });
}
