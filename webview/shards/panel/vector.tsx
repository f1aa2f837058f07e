import type { ReactElement } from 'react';
import type { VectorSummary } from '../../../extension/protocol/vectors.ts';
import type { VectorValue } from '../../../extension/protocol/values.ts';
import type { CellPlace } from '../../../extension/protocol/webview.ts';
import { strings } from '../../strings.ts';
import { fourDigits } from '../numbers.ts';
import { useSession } from '../session.ts';
import { SPARK_HEIGHT, SPARK_WIDTH, sparklinePath } from './sparkline.ts';
import { useRequest } from './use-request.ts';
import './vector.css';

interface VectorProps {
  readonly value: VectorValue;
  readonly place: CellPlace;
}

/** A vector by its size and norm, and its values as a line. */
export function VectorView({ value, place }: VectorProps): ReactElement {
  const { host } = useSession();
  const answer = useRequest(JSON.stringify(place), 0, (signal) => host.request('view/vector', place, signal));
  return (
    <span className="value vector">
      <span className="cell-vector">{strings.vector(value.dimension, value.norm.toPrecision(4))}</span>
      {answer.error !== null && <span className="hint">{answer.error.message}</span>}
      {answer.error === null && <Sparkline summary={answer.pending ? null : answer.value} />}
    </span>
  );
}

/** Keeps its place while the values are on their way. */
function Sparkline({ summary }: { readonly summary: VectorSummary | null }): ReactElement | null {
  if (summary === null) return <span className="sparkline" aria-busy />;
  const { dimension, finite, min, max, mean } = summary;
  const lost = finite < dimension ? strings.text.notFinite(dimension - finite) : null;
  if (min === null || max === null || mean === null) return <span className="hint">{lost}</span>;
  const [low, high, middle] = [min, max, mean].map(fourDigits) as [string, string, string];
  return (
    <>
      <svg className="sparkline" viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={strings.text.sparkline(dimension, low, high, middle)}>
        <path d={sparklinePath(summary.points, min, max)} />
      </svg>
      <span className="hint">
        {strings.text.sparklineFacts(low, high, middle)}
        {lost !== null && ` · ${lost}`}
      </span>
    </>
  );
}
