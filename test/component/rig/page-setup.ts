import '../../../renderer/styles/base.css';
import '../../../renderer/styles/buttons.css';
import '../../../renderer/styles/tokens.css';
import { beforeEach } from 'vitest';
import { useLayout } from '../../../renderer/store/layout-store.ts';

// A component is tested in the page's own look, and begins where nobody has opened anything.
beforeEach(() => {
  useLayout.setState({ route: { page: 'new' }, jump: null });
});
