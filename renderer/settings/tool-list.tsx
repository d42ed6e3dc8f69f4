import { useEffect, useState } from 'react';
import type { Answer } from '../../shared/contract/answer.ts';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { ToolReport } from '../../shared/contract/settings.ts';
import { listenOnce } from '../engine-client/listen-once.ts';
import { ProblemNote } from '../parts/problem-note.tsx';

interface ToolListProps {
  client: EngineClient;
  /** The list is requested again when it changes: the interpreter is one of the tools. */
  interpreter: string | null;
}

/** The programs that were found, their paths, and how they were found. */
export function ToolList({ client, interpreter }: ToolListProps) {
  const [report, setReport] = useState<Answer<ToolReport> | null>(null);
  useEffect(() => listenOnce(client.findTools({}), setReport), [client, interpreter]);
  return (
    <section className="form-section" aria-labelledby="tools-title">
      <h2 id="tools-title">Programs that Drover uses</h2>
      {report === null ? (
        <p className="muted">Looking for them…</p>
      ) : !report.ok ? (
        <ProblemNote problem={report.error} />
      ) : (
        <>
          <p className="muted">{report.value.environment}</p>
          <table className="tool-table">
            <thead>
              <tr>
                <th scope="col">Program</th>
                <th scope="col">Where</th>
              </tr>
            </thead>
            <tbody>
              {report.value.tools.map(({ name, purpose, path, found }) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{name}</code>
                    <span className="muted">{purpose}</span>
                  </th>
                  <td>
                    {path === null ? <span className="muted">Not found</span> : <code>{path}</code>}
                    <span className="muted">{found}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}
