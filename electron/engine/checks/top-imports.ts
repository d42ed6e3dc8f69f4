/** `import a.b as c, d` and `from a.b import c`, at the start of a line: what is indented may be meant to be missing. */
const IMPORT = /^(?:import[ \t]+(.+)|from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b)/;
const MODULE = /^[A-Za-z_]\w*/;
const DOCSTRING = /("""|''')[\s\S]*?\1/g;

/** The modules that a Python script imports at its top, without what stands behind their first dot, each once. */
export function topImports(script: string): string[] {
  const modules = script
    .replaceAll(DOCSTRING, '')
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, list, from] = IMPORT.exec(line) ?? [];
      return from === undefined ? (list ?? '').split('#', 1).join('').split(',') : [from];
    })
    .flatMap((name) => MODULE.exec(name.trim()) ?? []);
  return [...new Set(modules)];
}
