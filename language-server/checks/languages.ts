import { scalarsOf } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';
import { finding, replacement, type Finding } from './finding.ts';

/** The labels of fastText's lid.176 model. */
const FASTTEXT = new Set(
  `af als am an ar arz as ast av az azb ba bar bcl be bg bh bn bo bpy br bs bxr ca cbk ce ceb ckb co cs cv cy da de diq dsb dty dv el eml en eo es et eu fa fi fr frr fy ga gd gl gn gom gu gv he hi hif hr hsb ht hu hy ia id ie ilo io is it ja jbo jv ka kk km kn ko krc ku kv kw ky la lb lez li lmo lo lrc lt lv mai mg mhr min mk ml mn mr mrj ms mt mwl my myv mzn nah nap nds ne new nl nn no oc or os pa pam pfl pl pms pnb ps pt qu rm ro ru rue sa sah sc scn sco sd sh si sk sl so sq sr su sv sw ta te tg th tk tl tr tt tyv ug uk ur uz vec vep vi vls vo wa war wuu xal xmf yi yo yue zh`.split(' '),
);

const BY_NAME: Readonly<Record<string, string>> = { english: 'en', chinese: 'zh', german: 'de', french: 'fr', spanish: 'es', italian: 'it', portuguese: 'pt', russian: 'ru', japanese: 'ja', korean: 'ko', arabic: 'ar', cn: 'zh', jp: 'ja', kr: 'ko', zh_cn: 'zh', 'zh-cn': 'zh', 'en-us': 'en', en_us: 'en', eng: 'en', zho: 'zh', deu: 'de', fra: 'fr', spa: 'es', iw: 'he', in: 'id' };

/** Steps that compare with the labels of fastText. */
const LANGUAGE_STEPS = new Set(['language_id_score_filter', 'language_filter']);

export function languages(recipe: Recipe): Finding[] {
  return recipe.fields.flatMap(({ parameter, entry, step }) => {
    if (parameter.role !== 'language' || !LANGUAGE_STEPS.has(step?.operation?.name ?? '')) return [];
    return scalarsOf(entry.value)
      .filter(({ text, plain }) => text !== '' && !FASTTEXT.has(text) && !(plain && /^(?:null|~)$/.test(text)))
      .map((node) => {
        const code = BY_NAME[node.text.toLowerCase()] ?? (FASTTEXT.has(node.text.toLowerCase()) ? node.text.toLowerCase() : null);
        return finding('unknown-language', 'warning', node, `${node.text} is no language code that the model gives${code === null ? '' : `; it is ${code}`}, so nothing is kept by it.`, { fixes: code === null ? [] : [replacement(`Change to ${code}`, node, code)] });
      });
  });
}
