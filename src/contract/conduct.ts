/**
 * The switches in which servers of one API differ, with the type of each one's value; each is read in exactly one file,
 * and off where a contract doesn't tell it.
 */
export const conductSwitches = {
  /** A GET that anybody may send is validated before anybody looks at its token. */
  validatesReadsFirst: 'boolean',
  /** Every attribute that is missing or wrong is told, not only the first that is missing. */
  tellsEveryProblem: 'boolean',
  /** What an operation doesn't know is refused, not only noted. */
  refusesUnknown: 'boolean',
  /** A required attribute that is blank (null, false, "", blanks, an empty list or object) is missing. */
  blankIsMissing: 'boolean',
  /** A required text that is sent as null counts as an empty one, not as missing. */
  nullIsGiven: 'boolean',
  /** A fraction is cut to a whole number where one is asked for. */
  cutsFractions: 'boolean',
  /** Where a whole number is asked for, a text is the one that it begins with, and else 0. */
  castsNumbers: 'boolean',
  /** A body without a Content-Type is refused; otherwise it is a form. */
  refusesUntypedBodies: 'boolean',
  /** Of a GET, no other body than a form is looked at. */
  readsOnlyFormsOfGets: 'boolean',
  /** A body of text/plain is let through and not read. */
  ignoresPlainText: 'boolean',
  /** A path may end in any dotted suffix, not only in `.json`; its parameters have no dot. */
  takesAnySuffix: 'boolean',
  /** A method that a path without parameters lacks may be had by one with them: /projects/owned by /projects/:id. */
  leavesToParameters: 'boolean',
  /** `Allow` begins with OPTIONS and has HEAD last. */
  allowsOptions: 'boolean',
  /** URLs of pages repeat all parameters of the request: those of the path, and defaults too. */
  linksRepeatAll: 'boolean',
  /** `per_page=0` is a failure of the server's own. */
  failsOnZeroPerPage: 'boolean',
  /** An answer with an ETag may be kept by its client, who must ask again. */
  letsClientsCache: 'boolean',
  /** A user's token that is blank, as a parameter, goes before one that is sent as a header all the same. */
  heedsBlankTokens: 'boolean',
  /** An OAuth token both as a header and as a parameter is refused. */
  refusesTwoTokens: 'boolean',
  /** Who may not push to a protected branch or tag may not start or change its pipelines. */
  protectsRefs: 'boolean',
  /** Web addresses of what belongs to a project stand behind `/-/`. */
  setsAddressesApart: 'boolean',
  /** A DELETE of what is already gone is a success. */
  deleteIsIdempotent: 'boolean',
  /** Two projects can't have the same name. */
  projectNamesAreUnique: 'boolean',
  /** Seconds that a build of a new project may take. */
  newProjectTimeout: 'number',
  /** A project is known by its path in GitLab, of which its url is made; to set the url is a failure of the server's own. */
  urlsFollowPaths: 'boolean',
  /** The instance's token registers runners for all projects that share them, a project's own token one for itself. */
  sharesRunners: 'boolean',
  /** The length of a new runner's token. */
  runnerTokenDigits: 'number',
  /** A push must tell what was before it; its `[ci skip]` and its .gitlab-ci.yml decide which builds are made of it. */
  heedsPushes: 'boolean',
  /** A commit's status and duration are those of the latest build of each job, of running ones too. */
  sumsLatestBuilds: 'boolean',
  /** Runners are told to clone with the project's token. */
  clonesByToken: 'boolean',
  /** What a runner reports of a build is answered with whether it ended the build, not with the build. */
  answersRunnersBriefly: 'boolean',
} as const

type Values = { boolean: boolean; number: number }

/** How a contract sets its switches. */
export type Conduct = {
  readonly [Name in keyof typeof conductSwitches]?: Values[(typeof conductSwitches)[Name]]
}
