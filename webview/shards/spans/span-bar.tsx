import type { ReactElement } from 'react';
import { Icon } from '../../controls/icons.tsx';
import { Select } from '../../controls/select.tsx';
import { strings } from '../../strings.ts';
import { fourDigits } from '../numbers.ts';
import type { SpanProblem } from './place.ts';
import { LEVELS, type Scale } from './shading.ts';
import './spans.css';
import type { Spans } from './use-spans.ts';

/** What the text is shaded by, and what the shades mean. */
export function SpanBar({ spans }: { readonly spans: Spans }): ReactElement | null {
  const { answer, error, shaded, scale, placed } = spans;
  if (error !== null) return <Problem text={error.message} />;
  if (answer?.shown == null) return null;
  const signals = answer.signals.filter(({ document }) => document === undefined);
  const options = [{ value: '', label: strings.text.noShade }, ...signals.map(({ name, count }) => ({ value: name, label: strings.text.signal(name, count) }))];
  return (
    <div className="span-bar" role="group" aria-label={strings.text.spans}>
      <label className="span-choice">
        <span>{strings.text.shadeBy}</span>
        <Select label={strings.text.shadeBy} value={shaded ? answer.shown.name : ''} options={options} onChange={(name) => spans.choose(name === '' ? null : name)} />
      </label>
      {shaded && <Legend scale={scale} withNull={placed.some(({ span }) => span.score === null)} />}
      {shaded && problemsOf(spans).map((text) => <Problem key={text} text={text} />)}
    </div>
  );
}

function Legend({ scale, withNull }: { readonly scale: Scale | null; readonly withNull: boolean }): ReactElement {
  return (
    <span className="span-legend">
      {scale !== null && <Swatches low={fourDigits(scale.low)} high={fourDigits(scale.high)} />}
      {(withNull || scale === null) && <span className="span-null">{strings.text.noScore}</span>}
    </span>
  );
}

function Swatches({ low, high }: { readonly low: string; readonly high: string }): ReactElement {
  return (
    <span className="span-scale" role="img" aria-label={strings.text.legend(low, high)}>
      {low}
      {Array.from({ length: LEVELS }, (_, level) => (
        <span key={level} className="span-swatch" data-level={level} />
      ))}
      {high}
    </span>
  );
}

function Problem({ text }: { readonly text: string }): ReactElement {
  return (
    <span className="warning span-problem" role="status">
      <Icon name="warning" />
      {text}
    </span>
  );
}

function problemsOf({ answer, placed }: Spans): string[] {
  const count = (kind: SpanProblem): number => placed.filter(({ problem }) => problem === kind).length;
  const malformed = answer?.signals.find(({ name }) => name === answer.shown?.name)?.malformed ?? 0;
  const { problems } = strings.text;
  return [
    ...(count('outside') > 0 ? [problems.outside(count('outside'), answer?.length ?? 0)] : []),
    ...(count('impossible') > 0 ? [problems.impossible(count('impossible'))] : []),
    ...(count('notHere') > 0 ? [problems.notHere(count('notHere'))] : []),
    ...(malformed > 0 ? [problems.malformed(malformed)] : []),
  ];
}
