// `npm run dev`: builds the contracts, then serves; the watcher does both again at every change.
import './contract/build.ts'

await import('./main.ts')
