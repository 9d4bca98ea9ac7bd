// Who takes part, and how each is set up: the newest version that runs here (pinned in package.json), its caches on,
// no logging, NODE_ENV=production for all. Data lies in files that are made before anything is measured.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, freePort } from './processes.ts'
import { shown, writeShown } from './rows.ts'
import { type Dialect, dialects, type Work } from './works.ts'

/** What a server is started upon. */
export interface Stage {
  /** A folder for files of one's own. */
  readonly folder: string
  /** This product, with the rows and operations that are wanted. */
  readonly product: string
  readonly rows: number
  /** Answers of this product, which the bare ones give as constants: see bare.js. */
  readonly answers: string
}

interface Server {
  readonly label: string
  readonly command: (stage: Stage) => Command
  readonly dialect: Dialect
  /** What it can't do. */
  readonly lacks?: readonly Work[]
  /** Where it is installed, if it isn't ours. */
  readonly from?: string
  /** The most rows that it is worth waiting for. */
  readonly most?: number
  /** Whether it takes its contract from our document, and so grows with it. */
  readonly readsDocument?: boolean
}

const peer = (path: string) => fileURLToPath(new URL(`node_modules/${path}`, import.meta.url))
const bareFile = fileURLToPath(new URL('bare.js', import.meta.url))
const listening = /listening on (?:http:\/\/[^:\s]+:)?(\d+)/
/** A heap as node gives it, but for the largest tables, which need more. */
const heap = ({ rows }: Stage) => (rows > 100_000 ? ['--max-old-space-size=12000'] : [])

const bare =
  (which: string): Server['command'] =>
  ({ answers }) => ({
    args: [bareFile, which, '0', answers],
    port: 0,
    says: listening,
  })

/** Our server as people start it, but for the log: by default a line per request goes to standard error. */
const ours =
  (...flags: string[]): Server['command'] =>
  stage => ({
    args: [...heap(stage), join(stage.product, 'dist/main.js'), '--port', '0', ...flags],
    port: 0,
    says: listening,
  })

const rowsFile = ({ folder, rows }: Stage, name: string) => {
  const file = join(folder, `${name}.json`)
  if (!existsSync(file)) writeShown(file, rows)
  return file
}

const table = {
  constant: { label: 'bare Fastify, constant', command: bare('constant'), dialect: dialects.gitlab },
  node: { label: 'bare node:http, constant', command: bare('node'), dialect: dialects.gitlab },
  headers: {
    label: 'bare Fastify, constant, our headers',
    command: bare('headers'),
    dialect: dialects.gitlab,
  },
  array: {
    label: 'Fastify by hand, over an array',
    command: stage => ({
      args: [...heap(stage), bareFile, 'array', '0', stage.answers, rowsFile(stage, 'array')],
      port: 0,
      says: listening,
    }),
    dialect: dialects.gitlab,
  },
  understudy: {
    label: 'gitlab-understudy',
    command: ours('--log', 'silent'),
    dialect: dialects.gitlab,
    readsDocument: true,
  },
  logging: {
    label: 'gitlab-understudy, a line per request',
    command: ours('--log', 'info'),
    dialect: dialects.gitlab,
  },
  // It keeps no state: whatever is asked, the document's example is the answer.
  prism: {
    label: 'Prism',
    from: '@stoplight/prism-cli/dist/index.js',
    command: ({ product }) => {
      const port = freePort()
      const document = join(product, 'dist/openapi/v4.documented.json')
      const flags = ['--verboseLevel', 'silent', '--multiprocess', 'false']
      return { args: [peer(table.prism.from!), 'mock', '--port', `${port}`, ...flags, document], port }
    },
    dialect: dialects.prism,
    readsDocument: true,
  },
  json1: {
    label: 'json-server 1.0 beta',
    from: 'json-server-1/lib/bin.js',
    command: stage => {
      const port = freePort()
      mkdirSync(join(stage.folder, 'public'), { recursive: true })
      // In production it does not watch its file. It wants a folder of pages where it runs.
      const args = [...heap(stage), peer(table.json1.from!), '--port', `${port}`, rowsFile(stage, 'json1')]
      return { args, port, cwd: stage.folder }
    },
    dialect: dialects.jsonServer1,
    most: 1_000_000,
  },
  json0: {
    label: 'json-server 0.17',
    from: 'json-server/lib/cli/bin.js',
    command: stage => {
      const port = freePort()
      const file = rowsFile(stage, 'json0')
      return {
        args: [
          ...heap(stage),
          peer(table.json0.from!),
          '--quiet',
          '--host',
          '127.0.0.1',
          '--port',
          `${port}`,
          file,
        ],
        port,
      }
    },
    dialect: dialects.jsonServer0,
    most: 1_000_000,
  },
  // A data bucket and a CRUD route upon it. It keeps its last transactions for its admin API, which is off.
  mockoon: {
    label: 'Mockoon CLI',
    from: '@mockoon/cli/bin/run.js',
    command: stage => {
      const { folder, rows } = stage
      const port = freePort()
      const file = join(folder, 'mockoon.json')
      if (!existsSync(file)) writeFileSync(file, JSON.stringify(mockoonOf(rows)))
      const flags = ['--disable-log-to-file', '--disable-admin-api', '--max-transaction-logs', '0']
      return {
        args: [
          ...heap(stage),
          peer(table.mockoon.from!),
          'start',
          '--data',
          file,
          '--port',
          `${port}`,
          ...flags,
        ],
        port,
      }
    },
    dialect: dialects.mockoon,
    most: 100_000,
  },
} satisfies Record<string, Server> as unknown as Record<ServerName, Server>

export type ServerName =
  | ('constant' | 'node' | 'headers' | 'array' | 'understudy' | 'logging')
  | ('prism' | 'json1' | 'json0' | 'mockoon')
export const servers: Readonly<Record<ServerName, Server>> = table
export const serverNames = Object.keys(table) as ServerName[]

/** Whether a server can be started here: ours always, others once they are installed. */
export const isHere = (name: ServerName) => !servers[name].from || existsSync(peer(servers[name].from))

/** An environment as Mockoon saves it. */
function mockoonOf(rows: number) {
  const uuid = (end: string) => `00000000-0000-4000-8000-${end.padStart(12, '0')}`
  const response = {
    ...{ uuid: uuid('3'), body: '{}', latency: 0, statusCode: 200, label: '', headers: [] },
    ...{ bodyType: 'DATABUCKET', filePath: '', databucketID: 'rows', sendFileAsBody: false, rules: [] },
    ...{ rulesOperator: 'OR', disableTemplating: true, fallbackTo404: false, default: true, crudKey: 'id' },
    callbacks: [],
  }
  const route = {
    ...{ uuid: uuid('2'), type: 'crud', documentation: '', method: '', endpoint: 'pipelines' },
    ...{ responses: [response], responseMode: null, streamingMode: null, streamingInterval: 0 },
  }
  const value = JSON.stringify(Array.from({ length: rows }, (_, index) => shown(index)))
  return {
    ...{ uuid: uuid('1'), lastMigration: 33, name: 'bench', endpointPrefix: '', latency: 0, port: 3000 },
    ...{ hostname: '127.0.0.1', folders: [], routes: [route], proxyMode: false, proxyHost: '' },
    rootChildren: [{ type: 'route', uuid: uuid('2') }],
    proxyRemovePrefix: false,
    tlsOptions: {
      ...{ enabled: false, type: 'CERT', pfxPath: '', certPath: '', keyPath: '', caPath: '', passphrase: '' },
    },
    ...{ cors: false, headers: [], proxyReqHeaders: [], proxyResHeaders: [], callbacks: [] },
    data: [{ uuid: uuid('4'), id: 'rows', name: 'rows', documentation: '', value }],
  }
}
