import type { Draft } from '@duovir/agents';

type Step = Draft['steps'][number];
type Probe = Draft['successCriteria'][number];

/** What the first draft has wrong and a revision mends. */
export interface Faults {
  /** Whoever connects is believed, wherever from. */
  readonly openAccess: boolean;
  /** A replica that stays away makes the primary keep its log without end. */
  readonly unboundedLog: boolean;
}

const PORT = '${{ inputs.port }}';
/** Debian keeps the server programs out of PATH, in a folder for each major version. */
const PATH = [18, 17, 16, 15, 14, 13]
  .map((major) => `/usr/lib/postgresql/${major}/bin`)
  .concat('/usr/local/bin', '/usr/bin', '/bin')
  .join(':');
const replicas = [
  { name: 'pg-replica-1', folder: 'replica-1', slot: 'replica_1', address: '127.0.0.12' },
  { name: 'pg-replica-2', folder: 'replica-2', slot: 'replica_2', address: '127.0.0.13' },
] as const;
type Replica = (typeof replicas)[number];

/** What the draft calls by the names the prompt gives: a model may know placeholders only. */
export interface Names {
  /** Holds the row by which replication is seen. */
  readonly table: string;
  /** The host that the goal wants to see in the log; undefined where it names none. */
  readonly host: string | undefined;
}

/** A PostgreSQL primary with two streaming replicas, in the form in which a planning model answers. */
export function clusterDraft(faults: Faults, { table, host }: Names, explanation: string): Draft {
  return {
    kind: 'draft',
    explanation,
    title: 'Cluster PostgreSQL: one primary, two streaming replicas',
    outcome: 'Two replicas stream from one primary and serve what was written on it.',
    inputs: [
      {
        type: 'integer',
        name: 'port',
        description: 'The port every node listens on.',
        from: 1024,
        to: 65_535,
        value: 5432,
      },
    ],
    hosts: [{ name: 'pg-primary', address: '127.0.0.11' }, ...replicas.map(({ name, address }) => ({ name, address }))],
    limits: { memoryMegabytes: 1024, processes: 256, cpuPercent: 200, workspaceMegabytes: 1024 },
    environment: [
      { name: 'PATH', value: PATH },
      { name: 'LC_ALL', value: 'C.UTF-8' },
      { name: 'PGCONNECT_TIMEOUT', value: '3' },
    ],
    successCriteria: [
      query('two-streaming', 'pg-primary', "select count(*) from pg_stat_replication where state = 'streaming'", '2'),
      ...replicas.flatMap(({ name, folder }) => [
        query(`${folder}-follows`, name, 'select pg_is_in_recovery()', 't'),
        query(`${folder}-serves`, name, `select written_by from ${table}`, '${{ run.id }}'),
      ]),
    ],
    steps: [
      directory(),
      file('access-rules', 'Write who may connect', '/workspace/config/pg_hba.conf', accessRules(faults)),
      initialise(),
      file('primary-config', 'Configure the primary', '/workspace/config/primary.conf', [
        ...serverLines('127.0.0.11', 'pg-primary'),
        ...(faults.unboundedLog ? [] : ['max_slot_wal_keep_size = 256MB']),
        ...(host === undefined ? [] : [`log_line_prefix = '%m [%p] ${host} '`]),
      ]),
      server('primary', 'pg-primary', 'primary', '127.0.0.11'),
      statement('replication-role', 'Create the role the replicas connect with', {
        apply: 'create role replicator login replication',
        look: "select rolreplication from pg_roles where rolname = 'replicator'",
        seen: 't',
        undo: 'drop role if exists replicator',
      }),
      ...replicas.map(slot),
      ...replicas.map(copy),
      ...replicas.map(({ name, folder, address }) =>
        file(`${folder}-config`, `Configure ${name}`, `/workspace/config/${folder}.conf`, serverLines(address, name)),
      ),
      ...replicas.map(({ name, folder, address }) => server(folder, name, folder, address)),
      statement('canary', 'Write a row that both replicas must show', {
        apply: `create table ${table} (written_by text primary key); insert into ${table} values ('\${{ run.id }}')`,
        look: `select written_by from ${table}`,
        seen: '${{ run.id }}',
        undo: `drop table if exists ${table}`,
      }),
    ],
  };
}

function accessRules({ openAccess }: Faults): string[] {
  return openAccess
    ? ['host all all 0.0.0.0/0 trust', 'host replication all 0.0.0.0/0 trust']
    : ['host all postgres 127.0.0.0/8 trust', 'host replication replicator 127.0.0.0/8 trust'];
}

function serverLines(address: string, name: string): string[] {
  return [
    `listen_addresses = '${address}'`,
    `port = ${PORT}`,
    "unix_socket_directories = ''",
    "hba_file = '/workspace/config/pg_hba.conf'",
    `cluster_name = '${name}'`,
    'wal_level = replica',
    'max_wal_senders = 10',
    'max_replication_slots = 10',
    'hot_standby = on',
    'max_connections = 50',
    'shared_buffers = 32MB',
    'dynamic_shared_memory_type = mmap',
    'logging_collector = off',
    "log_destination = 'stderr'",
  ];
}

const common = { needs: [], settings: [], timeoutSeconds: 60, onFailure: 'heal' } as const;
function plain(step: Omit<Step, keyof typeof common> & Partial<Step>): Step {
  return { ...common, needs: [], settings: [], ...step };
}

function directory(): Step {
  const path = '/workspace/config';
  return plain({
    id: 'config-directory',
    title: 'Make the directory for the configuration',
    action: { uses: 'directory.make@1', path },
    verify: [exists('directory-exists', path)],
    undo: { uses: 'path.remove@1', path },
  });
}

function file(id: string, title: string, path: string, lines: readonly string[]): Step {
  return plain({
    id,
    title,
    action: { uses: 'file.write@1', path, content: `${lines.join('\n')}\n`, mode: '0600' },
    verify: [exists('file-written', path)],
    undo: { uses: 'path.remove@1', path },
  });
}

function initialise(): Step {
  return plain({
    id: 'primary-data',
    title: "Initialise the primary's data directory",
    action: command([
      'initdb',
      '--pgdata=/workspace/primary',
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--data-checksums',
      '--no-sync',
    ]),
    verify: [exists('data-directory', '/workspace/primary/PG_VERSION')],
    undo: { uses: 'path.remove@1', path: '/workspace/primary' },
    timeoutSeconds: 120,
  });
}

function server(id: string, name: string, folder: string, address: string): Step {
  return plain({
    id,
    title: `Start ${name} on port ${PORT}`,
    action: {
      uses: 'service.start@1',
      name,
      argv: ['postgres', '-D', `/workspace/${folder}`, '-c', `config_file=/workspace/config/${folder}.conf`],
      environment: [],
      address,
      port: PORT,
      readySeconds: 60,
    },
    verify: [
      {
        uses: 'listener.probe@1',
        address,
        port: PORT,
        listening: true,
        service: name,
        id: 'listens',
        deadlineSeconds: 20,
      },
      {
        uses: 'command.probe@1',
        argv: ['pg_isready', `--host=${name}`, `--port=${PORT}`, '--timeout=3'],
        exit: 0,
        equals: '',
        includes: '',
        id: 'accepts',
        deadlineSeconds: 30,
      },
    ],
    undo: { uses: 'service.stop@1', name, signal: 'SIGINT', graceSeconds: 30 },
    settings: [
      ...(id === 'primary' ? [{ resource: 'postgresql', path: 'port', value: PORT }] : []),
      { resource: name, path: 'listen_addresses', value: address },
    ],
    timeoutSeconds: 90,
  });
}

function slot({ name, folder, slot: reserved }: Replica): Step {
  return statement(`${folder}-slot`, `Reserve a replication slot for ${name}`, {
    apply: `select pg_create_physical_replication_slot('${reserved}', true)`,
    look: `select slot_type from pg_replication_slots where slot_name = '${reserved}'`,
    seen: 'physical',
    undo: `select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '${reserved}'`,
  });
}

function copy({ name, folder, slot: reserved }: Replica): Step {
  return plain({
    id: `${folder}-data`,
    title: `Copy the primary's data for ${name}`,
    action: command([
      'pg_basebackup',
      `--dbname=host=pg-primary port=${PORT} user=replicator application_name=${name}`,
      `--pgdata=/workspace/${folder}`,
      '--wal-method=stream',
      `--slot=${reserved}`,
      '--checkpoint=fast',
      '--write-recovery-conf',
      '--no-sync',
      '--no-password',
    ]),
    verify: [exists('standby-signal', `/workspace/${folder}/standby.signal`)],
    undo: { uses: 'path.remove@1', path: `/workspace/${folder}` },
    timeoutSeconds: 120,
  });
}

interface Sql {
  readonly apply: string;
  /** A query, and what it says once the statement was applied. */
  readonly look: string;
  readonly seen: string;
  readonly undo: string;
}

function statement(id: string, title: string, { apply, look, seen, undo }: Sql): Step {
  return plain({
    id,
    title,
    action: command(psql('pg-primary', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', apply)),
    verify: [{ ...query('seen', 'pg-primary', look, seen), deadlineSeconds: 5 }],
    undo: command(psql('pg-primary', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', undo)),
  });
}

function command(argv: string[]): Extract<Step['action'], { uses: 'command.run@1' }> {
  return { uses: 'command.run@1', argv, environment: [], stdin: '' };
}

function psql(host: string, ...rest: readonly string[]): string[] {
  return ['psql', `host=${host} port=${PORT} user=postgres dbname=postgres`, ...rest];
}

function query(id: string, host: string, text: string, equals: string): Probe {
  const argv = psql(host, '-XAtqc', text);
  return { uses: 'command.probe@1', argv, exit: 0, equals, includes: '', id, deadlineSeconds: 20 };
}

function exists(id: string, path: string): Probe {
  return { uses: 'file.probe@1', path, exists: true, id, deadlineSeconds: 0 };
}
