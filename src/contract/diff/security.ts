import { type Document, type Requirement, resolve } from '../document.ts'
import { type Change, listed } from './change.ts'
import { verbs } from './check.ts'

/** One way to say who asks: the schemes that go together, and the scopes that must be had. */
interface Proof {
  readonly names: readonly string[]
  /** Those in a sentence. */
  readonly schemes: string
  readonly scopes: readonly string[]
}

/** How the ways to say who asks an operation change. */
export function compareSecurity(
  place: string,
  from: readonly Requirement[],
  to: readonly Requirement[],
): Change[] {
  const [before, after] = [proofsOf(from), proofsOf(to)]
  const changes: Change[] = []
  for (const proof of before) {
    const rivals = after.filter(({ schemes }) => schemes === proof.schemes)
    if (rivals.some(rival => isSame(rival, proof))) continue
    if (rivals.length === 0) {
      // Who gives more than is asked for is heard as well.
      const lighter = after.find(({ names }) => names.length > 0 && isWithin(names, proof.names))
      const what = lighter
        ? `needs no more than ${listed(lighter.names, 'and')} now where it is asked ${proof.schemes}`
        : `can no longer be asked ${proof.schemes}`
      changes.push({ breaking: !lighter || !isWithin(lighter.scopes, proof.scopes), place, what })
    } else {
      // A token that was good is good still where no scope is asked for that it need not have had.
      const breaking = !rivals.some(({ scopes }) => isWithin(scopes, proof.scopes))
      const what = `needs ${scoped(rivals)} now where it is asked ${proof.schemes}, not ${scoped([proof])}`
      changes.push({ breaking, place, what })
    }
  }
  for (const proof of after) {
    const rivals = before.filter(({ schemes }) => schemes === proof.schemes)
    if (rivals.length === 0)
      changes.push({ breaking: false, place, what: `can be asked ${proof.schemes} now` })
    // Else it was told above what has become of them.
    else if (rivals.every(rival => after.some(other => isSame(rival, other) && !isSame(rival, proof))))
      changes.push({
        breaking: false,
        place,
        what: `takes ${scoped([proof])} too where it is asked ${proof.schemes}`,
      })
  }
  const common = (them: Proof[], others: Proof[]) =>
    listed(them.map(({ schemes }) => schemes).filter(name => others.some(({ schemes }) => schemes === name)))
  if (common(before, after) !== common(after, before) && changes.length === 0)
    changes.push({ breaking: false, place, what: 'looks for credentials in another order now' })
  return changes
}

/** No requirement at all is what an empty one is: anybody may ask. */
const proofsOf = (security: readonly Requirement[]): Proof[] =>
  (security.length === 0 ? [{}] : security).map((requirement: Requirement) => {
    const names = Object.keys(requirement).sort()
    return {
      names,
      schemes: names.length === 0 ? 'anonymously' : `with ${listed(names, 'and')}`,
      scopes: Object.values(requirement).flat().sort(),
    }
  })

const isWithin = (some: readonly string[], all: readonly string[]) => some.every(it => all.includes(it))

const isSame = (one: Proof, other: Proof) =>
  one.schemes === other.schemes && one.scopes.join(' ') === other.scopes.join(' ')

const scoped = (proofs: readonly Proof[]) =>
  listed(proofs.map(({ scopes }) => (scopes.length > 0 ? `the scope ${listed(scopes, 'and')}` : 'no scope')))

/** How it changes where the credentials themselves are put. */
export function compareSchemes(from: Document, to: Document): Change[] {
  const [before, after] = [schemesOf(from), schemesOf(to)]
  return [...new Map([...before, ...after]).keys()].flatMap(name => {
    const [was, is] = [before.get(name), after.get(name)]
    const place = `components/securitySchemes/${name}`
    if (was === is) return []
    if (was && is) return [{ breaking: true, place, what: `is sent as ${is} now, not as ${was}` }]
    // Where operations do without it as well, it is told of them.
    if (!namedIn(was ? to : from).has(name)) return []
    const what = was ? 'is gone, though operations name it still' : 'is told of now'
    return [{ breaking: was !== undefined, place, what }]
  })
}

const schemesOf = (document: Document) =>
  new Map(
    Object.entries(document.components.securitySchemes ?? {}).map(([name, scheme]) => [
      name,
      sentAs(resolve(document, scheme as Scheme)),
    ]),
  )

/** The schemes that operations name, each itself or by what holds for all. */
const namedIn = ({ paths, security = [] }: Document) =>
  new Set(
    Object.values(paths)
      .flatMap(item => verbs.flatMap(verb => (item[verb] ? (item[verb].security ?? security) : [])))
      .flatMap(requirement => Object.keys(requirement)),
  )

type Scheme = Readonly<Record<'type' | 'in' | 'name' | 'scheme', string | undefined>> & { $ref?: string }

function sentAs(scheme: Scheme): string {
  if (scheme.type === 'apiKey') return `the ${scheme.in} ${scheme.name}`
  return scheme.type === 'http' ? `Authorization: ${scheme.scheme}` : `${scheme.type}`
}
