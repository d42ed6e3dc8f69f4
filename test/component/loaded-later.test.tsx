import { expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { loadedLater } from '../../renderer/parts/loaded-later.tsx';
import { PartBoundary } from '../../renderer/parts/part-boundary.tsx';

const Greeting = ({ name }: { name: string }) => <p>Hello {name}</p>;

it('shows a part as soon as its code is there, and asks for it once', async () => {
  const code = Promise.withResolvers<typeof Greeting>();
  const load = vi.fn<() => Promise<typeof Greeting>>(() => code.promise);
  const Later = loadedLater(load);
  Later.preload();
  await render(
    <>
      <Later name="worker 0" />
      <Later name="worker 1" />
    </>,
  );
  await expect.element(page.getByText('Hello')).not.toBeInTheDocument();
  code.resolve(Greeting);
  await expect.element(page.getByText('Hello worker 0')).toBeVisible();
  await expect.element(page.getByText('Hello worker 1')).toBeVisible();
  expect(load).toHaveBeenCalledTimes(1);
});

it('reports code that cannot be loaded, and offers to reload the window', async () => {
  const Later = loadedLater<{ name: string }>(() => Promise.reject(new TypeError('Failed to fetch')));
  await render(<Later name="worker 0" />);
  await expect.element(page.getByText(/could not be loaded/)).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Reload' })).toBeVisible();
});

it('keeps a mistake in one part from taking the others away', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const Broken = (): never => {
    throw new Error('no such column');
  };
  await render(
    <>
      <p>Runs</p>
      <PartBoundary>
        <Broken />
      </PartBoundary>
    </>,
  );
  await expect.element(page.getByText(/error in Drover: no such column/)).toBeVisible();
  await expect.element(page.getByText('Runs', { exact: true })).toBeVisible();
  said.mockRestore();
});
