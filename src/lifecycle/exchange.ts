import type { IncomingHttpHeaders } from 'node:http'
import type { Contract, Operation } from '../contract/contract.ts'
import type { Schema } from '../contract/document.ts'
import type { Way } from '../contract/ways.ts'
import type { Listing } from '../store/table.ts'
import type { World } from '../store/world.ts'
import type { Address } from './address.ts'
import type { Born } from './arms.ts'
import type { Params } from './rack.ts'
import type { Refusal } from './reason.ts'
import type { Scenario } from './scenario.ts'
import type { Target } from './target.ts'
import type { RateLimit } from './throttle.ts'

/** Who asks, as far as every API knows one. */
export interface Caller {
  /** For the journal: `root`, `runner 85`. */
  readonly label: string
  readonly scopes?: readonly string[]
}

/** What one credential proves; a requirement of several schemes joins what each of them proves. */
export type Proof = Partial<Caller> & Record<string, unknown>

/** Looks for one kind of credential: nothing where it isn't sent, a thrown refusal where it is no good. */
export type Scheme = (exchange: Exchange) => Proof | undefined

/** What an operation does. It refuses by throwing, changes the world, and tells what is to be shown. */
// biome-ignore lint/suspicious/noExplicitAny: each behaviour names the parameters that its contract promises it
export type Behaviour = (exchange: Exchange<any, any>) => Deed | Promise<Deed>

/** Behaviours by operationId. */
export type Behaviours = Readonly<Record<string, Behaviour>>

/** Writes items of an answer as JSON, by the schema that the contract gives for each. */
export type Writer = (schema: Schema | undefined, exchange: Exchange) => (item: unknown) => string

/** What is to be shown: a collection that may be paged, one thing, or nothing. */
export type Deed =
  | { readonly kind: 'many'; readonly items: Listing<unknown>; readonly write: Writer }
  | { readonly kind: 'one'; readonly item: unknown; readonly write: Writer }
  | { readonly kind: 'nothing' }

/** An API as the lifecycle meets it: where it is, how it is asked, and what it does. */
export interface Api {
  readonly name: 'v1' | 'v4' | 'admin'
  readonly prefix: string
  /** Whether `.json` is cut after a parameter too, not only after a fixed segment. */
  readonly dotJsonAfterParameter: boolean
  /** Whether answers carry an ETag and If-None-Match is heeded. */
  readonly etags: boolean
  /** Headers that every answer has. */
  readonly headers: Readonly<Record<string, string>>
  /** Where other origins' pages may read this API: the headers that they may see. */
  readonly exposes?: readonly string[]
  /** Parameters that any operation takes, beside its own. */
  readonly everywhere: readonly string[]
  /** How many values a JSON body may hold, where it isn't the usual number. */
  readonly mostValues?: number
  readonly schemes: Readonly<Record<string, Scheme>>
  /** The scopes of which each one will do where a scope is asked for. */
  readonly grantedBy: Readonly<Record<string, readonly string[]>>
  /** Lets a caller act as somebody else; true where it did, so that scopes are not asked for again. */
  readonly actAs?: (exchange: Exchange) => boolean
  /** Whether requests can ask for failures, be armed with them, and be too many. */
  readonly failsOnRequest: boolean
  /** Brings a world up to date before anything is done in it: what goes on by itself. */
  readonly settle?: (exchange: Exchange) => void
  /** All that `x-ability` may name. */
  readonly abilities: readonly string[]
  readonly behaviours: Behaviours
}

/** Settings of a server that requests can feel. */
export interface Settings {
  readonly checkAnswers: boolean
  readonly impersonation: boolean
  /** The scenarios with which every world is born. */
  readonly armed: Born
  readonly rateLimit: RateLimit | undefined
  readonly progress: Progress
}

/** When pipelines and builds go on by themselves: only when told, with each reading request, or as time goes by. */
export const progresses = ['manual', 'reads', 'time'] as const
export type Progress = (typeof progresses)[number]

/** One request on its way to its answer. */
export interface Exchange<P = Params, C extends Caller = Caller> {
  readonly api: Api
  readonly contract: Contract
  readonly settings: Settings
  readonly world: World
  readonly method: string
  readonly requestId: string
  readonly address: Address
  readonly target: Target
  readonly headers: IncomingHttpHeaders
  /** The scheme and host under which the client reached us, and the world's prefix: the start of every URL we print. */
  readonly origin: string
  readonly rawBody: Buffer | undefined
  /** The operation, where the route and the method are known. */
  readonly operation: Operation
  /** All that was sent, before anything is held against the contract. Other requests may share it, and never change it. */
  bag: Readonly<Params>
  /** What the contract knows of the bag, in its types. */
  params: P
  caller: C
  /** How the caller showed who that is. */
  way: Way | undefined
  /** Why the credential that was sent is no good; thrown by whoever asks first. */
  identityRefusal: Refusal | undefined
  /** What was asked for, or armed, for this request. */
  scenario: Scenario | undefined
  /** Remarks for the person who writes the client. */
  readonly notes: string[]
}
