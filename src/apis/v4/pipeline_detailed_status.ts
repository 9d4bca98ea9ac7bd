import type { Pipeline } from './ci_tables.ts'

/** How GitLab's pages show a status: what differs from the status itself, and the file of its favicon. */
interface Look {
  readonly icon?: string
  readonly text?: string
  readonly label?: string
  readonly tooltip?: string
  readonly group?: string
  /** With the fingerprint of its content, where that is known. */
  readonly favicon: string
}

const looks: Readonly<Record<Pipeline['status'], Look>> = {
  created: { favicon: 'created-4b975aa976d24e5a3ea7cd9a5713e6ce2cd9afd08b910415e96675de35f64955' },
  waiting_for_resource: {
    icon: 'pending',
    text: 'waiting',
    label: 'waiting for resource',
    group: 'waiting-for-resource',
    favicon: 'pending-5bdf338420e5221ca24353b6bff1c9367189588750632e9a871b7af09ff6a2ae',
  },
  preparing: { favicon: 'preparing' },
  pending: { favicon: 'pending-5bdf338420e5221ca24353b6bff1c9367189588750632e9a871b7af09ff6a2ae' },
  running: { favicon: 'running-9c635b2419a8e1ec991c993061b89cc5aefc0743bb238ecd0c381e7741a70e8c' },
  success: {
    text: 'passed',
    label: 'passed',
    favicon: 'success-8451333011eee8ce9f2ab25dc487fe24a8758c694827a582f17f42b0a90446a2',
  },
  failed: { favicon: 'failed-41304d7f7e3828808b0c26771f0309e55296819a9beea3ea9fbf6689d9857c12' },
  canceled: { favicon: 'canceled-ca35321a6cda9943ebdf6631c8057ffd54064f3ba20cfe0ebc4b0b992041c430' },
  skipped: { favicon: 'skipped-0b9c5e543588945e8c4ca57786bbf2d0c56631959c9f853300392d0315be829b' },
  manual: {
    text: 'blocked',
    label: 'waiting for manual action',
    tooltip: 'manual action',
    favicon: 'manual-829a0804612cef47d9efc1618dba38325483657c847dba0546c3b9f0295bb36c',
  },
  scheduled: {
    text: 'delayed',
    label: 'waiting for delayed job',
    tooltip: 'delayed',
    favicon: 'scheduled-2349748ddbcc7b5e7bd112ed374ffa754a2d3f9c937fa1c709890734475b2f8f',
  },
}

/** A success in which jobs failed that may. */
const withWarnings: Look = {
  ...looks.success,
  icon: 'warning',
  label: 'passed with warnings',
  tooltip: 'passed',
  group: 'success-with-warnings',
}

/** What GitLab's pages show of a pipeline's status; `path` leads to its page, which not everybody may see. */
export function detailedStatus({ status }: Pipeline, warns: boolean, path: string, open: boolean) {
  const look = warns && status === 'success' ? withWarnings : looks[status]
  const { icon = status, text = status, label = status, tooltip = label, group = status } = look
  return {
    icon: `status_${icon}`,
    text,
    label,
    group,
    tooltip,
    has_details: open,
    details_path: path,
    illustration: null,
    favicon: `/assets/ci_favicons/favicon_status_${look.favicon}.png`,
  }
}
