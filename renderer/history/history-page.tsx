/** All runs of the data folder, to look through. */
export function HistoryPage() {
  return (
    <section className="history" aria-labelledby="history-title">
      <h1 id="history-title">History</h1>
    </section>
  );
}
