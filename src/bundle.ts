// Run by `npm run build`: puts the sources that the program and the library are made of into a few files under dist/.
// A module of its own for each of them would cost as much of the start as all else that they do there.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Sources find the files of the package from where they stand; in dist/ all of them stand at its top. */
const places: Plugin = {
  name: 'places',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const place = `new URL(${JSON.stringify(`.${path.slice(at('.').length - 1)}`)}, import.meta.url).href`
      const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', place)
      return { contents, loader: 'ts' }
    })
  },
}

await build({
  entryPoints: [at('main.ts'), at('index.ts')],
  outdir: at('../dist'),
  bundle: true,
  // What is only needed at times stays in files of its own, loaded then.
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  plugins: [places],
})
