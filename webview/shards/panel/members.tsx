import type { ReactElement } from 'react';
import type { Member } from '../../../extension/protocol/shards.ts';
import { strings } from '../../strings.ts';
import { formatBytes, formatCount } from '../numbers.ts';

/** Members listed at most. */
const MAX_LISTED = 500;

/** The members of a tar sample as they follow each other in the archive. */
export function Members({ members }: { readonly members: readonly Member[] }): ReactElement {
  const listed = members.slice(0, MAX_LISTED);
  return (
    <section className="panel-section" aria-label={strings.members(members.length)}>
      <h3>{strings.members(members.length)}</h3>
      <div className="table-scroll">
        <table className="facts-table">
          <thead>
            <tr>
              <th scope="col">{strings.memberName}</th>
              <th scope="col">{strings.memberType}</th>
              <th scope="col" className="number">
                {strings.memberSize}
              </th>
            </tr>
          </thead>
          <tbody>
            {listed.map((member, i) => (
              <tr key={i}>
                <td>{member.name}</td>
                <td>{member.type}</td>
                <td className="number" title={formatCount(member.size)}>
                  {formatBytes(member.size)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {listed.length < members.length && <p className="hint">{strings.cutMembers(listed.length, members.length)}</p>}
    </section>
  );
}
