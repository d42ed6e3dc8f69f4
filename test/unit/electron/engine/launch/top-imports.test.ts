import { describe, expect, it } from 'vitest';
import { topImports } from '../../../../../electron/engine/launch/check-imports.ts';

describe('the modules that a script imports at its top', () => {
  it.each([
    ['one a line, each once', 'import torch\nimport json\nimport torch.nn', ['torch', 'json']],
    ['several in a line, renamed', 'import numpy as np, pandas  # data', ['numpy', 'pandas']],
    ['from a package', 'from transformers.models import AutoModel', ['transformers']],
    ['but none of its own folder by dots', 'from . import helper\nfrom .helper import x', []],
    ['nor what may be missing', 'try:\n    import cupy\nexcept ImportError:\n    cupy = None', []],
    ['nor words of a docstring', '"""Use it so:\nimport wrong\n"""\nimport right', ['right']],
    ['nor comments', '# import wrong\nimportant = 1', []],
    ['with Windows line ends', 'import a\r\nimport b\r\n', ['a', 'b']],
  ])('%s', (_, script, modules) => {
    expect(topImports(script)).toEqual(modules);
  });
});
