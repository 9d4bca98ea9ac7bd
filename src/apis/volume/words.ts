import { faker as english } from '@faker-js/faker/locale/en'

/** Words that faker made up; rows are put together from them, because a call of faker's for each row takes too long. */
export type Words = Readonly<Record<keyof typeof kinds, readonly string[]>>

type Faker = typeof english

/** How many there are of each kind, and how one is made. None of them is a date: faker is never told what day it is. */
const kinds = {
  firstNames: [300, (faker: Faker) => faker.person.firstName()],
  lastNames: [300, (faker: Faker) => faker.person.lastName()],
  jobTitles: [100, (faker: Faker) => faker.person.jobTitle()],
  companies: [200, (faker: Faker) => faker.company.name()],
  cities: [100, (faker: Faker) => faker.location.city()],
  slogans: [300, (faker: Faker) => faker.company.catchPhrase()],
  phrases: [1000, (faker: Faker) => faker.hacker.phrase()],
  changes: [1000, (faker: Faker) => capital(faker.git.commitMessage())],
  verbs: [60, (faker: Faker) => faker.hacker.verb()],
  adjectives: [60, (faker: Faker) => faker.hacker.adjective()],
  nouns: [60, (faker: Faker) => faker.hacker.noun()],
} as const

/** The words of a seed. */
export function makeWords(seed: number): Words {
  // One of its own, of the same texts: whoever else in the process uses the package's has their own seed.
  const Own = english.constructor as new (given: { locale: unknown; seed: number }) => Faker
  const faker = new Own({ locale: english.rawDefinitions, seed })
  const made = Object.entries(kinds).map(([kind, [count, make]]) => [
    kind,
    Array.from({ length: count }, () => make(faker)),
  ])
  return Object.fromEntries(made) as Words
}

/** A text that begins with a capital letter. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A text as the path of a project or group has it: `Kiehn, Rau and Sons` as `kiehn-rau-and-sons`. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** A name that is still free, with a number behind it where needed; it is taken from then on. */
export function freeName(name: string, taken: Map<string, number>, gap = ''): string {
  let number = taken.get(name) ?? 1
  let free = name
  while (taken.has(free)) free = `${name}${gap}${++number}`
  taken.set(name, number)
  if (free !== name) taken.set(free, 1)
  return free
}
