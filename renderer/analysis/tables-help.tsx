import { useEffect, useState } from 'react';
import type { QueryTable } from '../../shared/contract/queries.ts';
import { useEngine } from '../engine-client/use-engine.ts';

/** The tables that can be asked about, with their columns. */
export function TablesHelp() {
  const client = useEngine();
  const [tables, setTables] = useState<readonly QueryTable[]>([]);
  useEffect(() => {
    let over = false;
    void client?.queryTables({}).then(
      (found) => !over && setTables(found),
      // Without a connection there is nothing to list; the next one lists it.
      () => undefined,
    );
    return () => {
      over = true;
    };
  }, [client]);
  return (
    <details className="tables-help">
      <summary>Tables and columns</summary>
      <dl>
        {tables.map(({ name, about, columns }) => (
          <div key={name}>
            <dt>
              <code>{name}</code> <span className="muted">{about}</span>
            </dt>
            <dd>
              {columns.map((column, at) => (
                <span key={column.name}>
                  <code title={column.about === '' ? undefined : column.about}>{column.name}</code>
                  {at < columns.length - 1 ? ', ' : ''}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
