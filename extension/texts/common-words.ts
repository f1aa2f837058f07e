/** English words that say nothing by themselves: they are no content of a caption. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  `a about above across after against all along also am an and another any are around as at away be because been before behind being below beneath
  beside besides between beyond both but by can could did do does doing done down during each either else ever every few for from had has have having
  he her here hers him his how i if in inside into is it its itself just like many may me might mine more most much must my near no nor not of off on
  once one only onto or other our ours out outside over own per quite rather same shall she should since so some such than that the their theirs them
  then there these they this those through to too toward towards under until up upon us very via was we were what when where which while who whom
  whose why will with within without would yes yet you your yours`.split(/\s+/),
);

/** Small numbers as English writes them. */
export const NUMBER_WORDS: readonly string[] = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
