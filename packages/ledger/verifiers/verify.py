#!/usr/bin/env python3
"""Verifies a Duovir log folder or evidence pack: offline, and without any code of Duovir's.

    verify.py [--officer KEY] [--tsa-ca FILE] [--json] FOLDER...

Python 3.9 or newer. With the package `cryptography` signatures are checked quickly, without it slowly, in pure Python.
`openssl` is called for RFC 3161 timestamps only. Nothing is written and nobody is asked over a network.

Read it from the top: `verify` has the eight steps of docs/guide/verification.md in their order; below it each step, then the
rules about meaning, and last the formats: Merkle tree (RFC 6962), tiles, checkpoints and cosignatures (C2SP tlog-tiles,
signed-note, tlog-cosignature), DSSE, canonical JSON (RFC 8785), Ed25519 (RFC 8032), passkeys (WebAuthn Level 3).

Whatever is read here may be forged. A finding is something that does not hold; `ok` means that there is none.
Exit codes: 0 verified, 1 findings, 2 could not look.
"""
import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from typing import NamedTuple, Optional

try:
    from cryptography.hazmat.primitives.asymmetric import ec as library_ec
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives import hashes as library_hashes
    HAS_LIBRARY = True
except ImportError:
    HAS_LIBRARY = False

HASH = 32
TILE_WIDTH = 256
MEBIBYTE = 1 << 20


class Finding(NamedTuple):
    """What does not hold: which rule, what follows, at which entry or in which file."""
    rule: str
    consequence: str
    entry: Optional[int] = None
    file: Optional[str] = None


class Unsound(Exception):
    """Something that was read does not hold: the rule that it breaks, and what follows."""

    def __init__(self, rule, consequence):
        super().__init__(consequence)
        self.rule = rule
        self.consequence = consequence


class Report:
    """What an auditor gets to know."""

    def __init__(self, is_anchored):
        self.is_anchored = is_anchored
        self.size = 0
        self.first = 0
        self.is_intact = False
        self.findings = []
        self.remarks = []
        self.blobs = {'opened': 0, 'withheld': 0, 'shredded': 0, 'mismatch': 0}

    @property
    def ok(self):
        return self.is_intact and not self.findings

    def find(self, rule, consequence, entry=None, file=None):
        self.findings.append(Finding(rule, consequence, entry, file))

    def remark(self, rule, consequence, entry=None, file=None):
        """What is no fault but has to be known."""
        self.remarks.append(Finding(rule, consequence, entry, file))

    def as_json(self):
        return {'ok': self.ok, 'size': self.size, 'first': self.first, 'isAnchored': self.is_anchored,
                'findings': [as_object(found) for found in self.findings],
                'remarks': [as_object(remark) for remark in self.remarks], 'blobs': self.blobs}


def as_object(found):
    return {name: value for name, value in found._asdict().items() if value is not None}


# ---------------------------------------------------------------------------------------------------------------------
# The eight steps
# ---------------------------------------------------------------------------------------------------------------------

def verify(path, officer=None, tsa_ca=None, on_progress=lambda done, size: None):
    """Verifies a log folder, or an evidence pack, whose log is in log/."""
    report = Report(officer is not None)
    if officer is None:
        report.remark('officer', "The log agrees with itself only: whose it is depends on the officer's key, which was not "
                      'given.')
    is_pack = os.path.lexists(os.path.join(path, 'MANIFEST.json')) or os.path.isdir(os.path.join(path, 'log'))
    log = Folder(os.path.join(path, 'log') if is_pack else path, 'log/' if is_pack else '')
    pack = Pack(path, report) if is_pack else None
    try:
        trust = step_1_trust(log, officer)
        newest = step_2_checkpoint(log, trust)
        first = first_entry(log, newest.size)
        report.size, report.first = newest.size, first
        retained = step_4_retained(log, trust, first, report)
        anchors = step_8_anchors(log, newest, tsa_ca, report)
        record = Record(trust, report, anchors, pack)
        read_context(log, trust, newest, first, record)
        # Each entry goes through steps 5 to 7, its signature, form and meaning, when its bundle is read.
        tree = step_3_tree(log, trust, newest, retained, record, on_progress)
        record.roots.update(tree)
        record.finish(newest.origin)
        step_4_consistency(tree, newest, retained, record)
        if pack:
            pack.finish(log, trust, newest, record.timeline.in_force or trust.newest)
    except Unsound as broken:
        report.find(broken.rule, broken.consequence, file=getattr(broken, 'file', None))
    report.findings.sort(key=lambda found: -1 if found.entry is None else found.entry)
    return report


# ---------------------------------------------------------------------------------------------------------------------
# Step 1: trust
# ---------------------------------------------------------------------------------------------------------------------

class Policy:
    """A trust policy that the officer signed. `digest` names it: SHA-256 over its canonical JSON."""

    def __init__(self, document):
        self.document = document
        self.digest = digest_of(canonical(document).encode())
        self.version = document['version']
        self.principals = document['principals']
        # What each key id stands for: the principal, and the key itself.
        self.speakers = {key_id: (who, key) for who in self.principals for key_id, key in keys_of(who)}
        self.offices = frozenset(office_of(who) for who in self.principals)

    def __getitem__(self, name):
        return self.document[name]


class Trust(NamedTuple):
    policies: dict      # by digest
    keys: dict          # all keys that any policy has for a key id
    newest: Policy
    signatures: dict    # digest of the officer's envelope, by digest of the policy
    restores: dict      # decision, and digest of the officer's envelope, by digest of the decision


def step_1_trust(log, officer):
    """Everything is believed because of the officer's key: the policies it signed hold all other keys."""
    try:
        return open_keys(log, officer)
    except Unsound as broken:
        raise InFile(log.name('keys.json'), 'officer' if broken.rule == 'officer' else 'keys', broken.consequence) from None


def open_keys(log, officer):
    raw = log.read('keys.json', 64 * MEBIBYTE)
    if raw is None:
        raise Unsound('keys', 'The keys are missing.')
    keys = parse_canonical(without_end(raw))
    place = KEYS_FILE(keys)
    if place is not None:
        raise Unsound('keys', f'It is not a file of keys: see {place or "/"}.')
    if officer is not None and keys['officer'] != officer:
        raise Unsound('officer', 'This is not the officer key you trust.')
    key = base64.b64decode(keys['officer'])
    signatures, policies, restores = {}, {}, {}
    for envelope in keys['trustPolicies']:
        document = signed_by_officer(envelope, key, SIGNED_POLICY)['policy']
        refuse_unsound_policy(document)
        policy = Policy(document)
        policies[policy.digest] = policy
        signatures[policy.digest] = digest_of(canonical(envelope).encode())
    for envelope in keys['restores']:
        decision = signed_by_officer(envelope, key, RESTORE_DECISION)
        restores[digest_of(canonical(decision).encode())] = decision, digest_of(canonical(envelope).encode())
    by_id = defaultdict(list)
    for policy in policies.values():
        for key_id, (_, one) in policy.speakers.items():
            if one not in by_id[key_id]:
                by_id[key_id].append(one)
    return Trust(policies, dict(by_id), max(policies.values(), key=lambda policy: policy.version), signatures, restores)


def signed_by_officer(envelope, key, form):
    """The payload of an envelope that bears the officer's signature."""
    payload, signature = base64.b64decode(envelope['payload']), envelope['signatures'][0]
    if signature['keyid'] != key_id_of('officer', key) or not ed25519_holds(
            key, pre_authentication(payload), base64.b64decode(signature['sig'])):
        raise Unsound('keys', 'A trust policy or restore decision is not signed by the officer.')
    document = parse_canonical(payload)
    place = form(document)
    if place is not None:
        raise Unsound('keys', f'A document that the officer signed is outside its closed schema: see {place or "/"}.')
    return document


def refuse_unsound_policy(policy):
    """What a signature cannot make sound: one key or name for two, one model as two groups, a brain without a model."""
    def refuse(reason):
        raise Unsound('keys', f'A trust policy is unsound: {reason}.')

    principals = policy['principals']
    if len({who['name'] for who in principals}) < len(principals):
        refuse('two principals have the same name')
    keys = [base64.b64decode(key) for who in principals
            for key in [who['publicKey'], *(passkey['publicKey'] for passkey in who.get('passkeys', []))]]
    if len(set(keys)) < len(keys):
        refuse('two principals have the same key')
    models = {model['alias']: model for model in policy['egress']['models']}
    if len(models) < len(policy['egress']['models']):
        refuse('two models have the same alias')
    families = defaultdict(set)
    for model in models.values():
        families[model['model']].add(model['family'])
        needed = {'azure': ['endpoint'], 'openai-compatible': ['endpoint'], 'bedrock': ['region'],
                  'vertex': ['region', 'project']}.get(model['provider'], [])
        if any(field not in model for field in needed):
            refuse(f'the model {model["alias"]} lacks {" or ".join(needed)}')
        if 'endpoint' in model and not is_private_transport(model['endpoint']):
            refuse(f'the model {model["alias"]} is spoken to in the clear')
    if any(len(known) > 1 for known in families.values()):
        refuse('one model is of two families')
    for who in principals:
        brain, is_agent = who.get('brain', {'kind': 'playbook'}), who['role'] in ('planner', 'reviewer', 'healer')
        if brain['kind'] == 'playbook':
            if is_agent and any(model['family'] == who['group'] for model in models.values()):
                refuse(f'{who["name"]} judges by rules but is in the group of a model family')
        elif not is_agent:
            refuse(f'{who["name"]} is no agent and has a brain')
        elif models.get(brain['model'], {}).get('family') != who['group']:
            refuse(f'{who["name"]} is not in the group of the model it thinks with')
    if policy['login'] and not is_private_transport(policy['login']['issuer']):
        refuse('people log in over an open transport')


def is_private_transport(url):
    """https, or http on the loopback; without a user or password."""
    scheme, rest = url.strip().split(':', 1)
    authority = re.match(r'[/\\]*([^/\\?#]*)', rest).group(1)
    host = re.sub(r':[0-9]*$', '', authority).lower()
    return '@' not in authority and (
        scheme.lower() == 'https' or re.fullmatch(r'127(\.[0-9]{1,3}){3}|localhost|\[::1\]', host) is not None)


def key_id_of(name, key):
    return f'{name}/{hashlib.sha256(key).hexdigest()[:16]}'


def keys_of(who):
    """The keys of a principal by key id: ('ed25519', raw), and people's passkeys ('passkey', DER, host, origins)."""
    raw = base64.b64decode(who['publicKey'])
    yield key_id_of(who['name'], raw), ('ed25519', raw)
    for passkey in who.get('passkeys', []) if who['role'] == 'person' else []:
        der = base64.b64decode(passkey['publicKey'])
        # Nothing holds that is signed with a point outside the curve.
        if der[:-32].endswith(ED25519_DER) or p256_point(der[-64:]):
            yield (key_id_of(who['name'], der),
                   ('passkey', der, passkey['relyingParty'], tuple(passkey['origins'])))


def office_of(who):
    """With another key, role or group it is somebody else."""
    return who['name'], who['role'], who['group'], base64.b64decode(who['publicKey'])


# ---------------------------------------------------------------------------------------------------------------------
# Step 2 and 4: checkpoints
# ---------------------------------------------------------------------------------------------------------------------

class Checkpoint(NamedTuple):
    file: str
    origin: str
    size: int
    root: bytes
    policies: frozenset     # digests of the trust policies under which it opens
    raw: bytes


def step_2_checkpoint(log, trust):
    """The newest checkpoint, under any policy that the officer signed; which one it had to be, the entries say."""
    return open_checkpoint(log, 'checkpoint', trust)


def open_checkpoint(log, file, trust):
    raw = log.read(file, 4 * MEBIBYTE, 'checkpoint')
    if raw is None:
        raise InFile(log.name(file), 'checkpoint', 'The checkpoint is missing.')
    opened, policies, last = None, set(), 'No trust policy names a log.'
    for policy in trust.policies.values():
        try:
            opened = open_note(raw, policy)
            policies.add(policy.digest)
        except Unsound as broken:
            last = broken.consequence
    if opened is None:
        raise InFile(log.name(file), 'checkpoint', last)
    return Checkpoint(log.name(file), *opened, frozenset(policies), raw)


def step_4_retained(log, trust, first, report):
    """Checkpoints that were kept, from `first` entries on. Their roots are made while the tree is read."""
    retained = []
    for name in log.names('checkpoints'):
        try:
            checkpoint = open_checkpoint(log, f'checkpoints/{name}', trust)
        except Unsound as broken:
            report.find(broken.rule, broken.consequence, file=getattr(broken, 'file', None))
            continue
        if checkpoint.size >= first:
            retained.append(checkpoint)
    return retained


def step_4_consistency(tree, newest, retained, record):
    """No checkpoint is larger than the log, each has the root of its first entries, and was signed by who signed then."""
    losses = record.losses(newest.origin)
    for checkpoint in [newest, *retained]:
        if not any(is_of_loss(checkpoint, loss.content) for loss in losses):
            if checkpoint.size > newest.size:
                record.report.find('truncated', f'The log once had {checkpoint.size} entries and now has {newest.size}.',
                                   file=checkpoint.file)
            elif tree and tree[checkpoint.size] != checkpoint.root:
                record.report.find('checkpoint-root', f'The first {checkpoint.size} entries do not lead to the root that was '
                                   'signed: the log was rewritten, or this is not its checkpoint.', file=checkpoint.file)
        if checkpoint is not newest and checkpoint.size <= newest.size and \
                decimal(checkpoint.file.rpartition('/')[2]) != checkpoint.size:
            record.report.find('checkpoint-name', 'The file is named after another size.', file=checkpoint.file)
        counting = record.timeline.signing_at(checkpoint.size)
        if counting and not counting & checkpoint.policies:
            record.report.find('checkpoint-key', 'It is signed with a log key, or witnessed by those, of a trust policy that '
                               'was not in force there.', file=checkpoint.file)


def is_of_loss(checkpoint, loss):
    """Entries from `size` on, up to `lost`, are gone, as the officer has decided; at the end of them there is one root."""
    if checkpoint.size == loss['lost']:
        return 'sha256:' + checkpoint.root.hex() == loss['lostRoot']
    return loss['size'] < checkpoint.size < loss['lost']


def open_note(raw, policy):
    """(origin, size, root) of a checkpoint that log and enough witnesses of a policy signed (C2SP tlog-checkpoint)."""
    log_key, quorum = parse_vkey(policy['log']['vkey']), policy['witnesses']['quorum']
    known = [log_key, *(parse_vkey(vkey) for vkey in policy['witnesses']['vkeys'])]
    text, lines = split_note(raw)
    signed, cosigned = False, set()
    for name, key_id, signature in lines:
        key = next((key for key in known if key.name == name and key.key_id == key_id), None)
        if key is None:
            continue
        # One known key whose signature does not hold makes the whole note invalid.
        if key.is_witness:
            seconds = int.from_bytes(signature[:8], 'big')
            message = b'cosignature/v1\ntime %d\n%s' % (seconds, text)
            holds = len(signature) == 72 and seconds <= MAX_SAFE and ed25519_holds(key.raw, message, signature[8:])
            cosigned.add(key.raw)
        else:
            holds = ed25519_holds(key.raw, text, signature)
            signed = True
        if not holds:
            raise Unsound('checkpoint', f'The signature of {key.name} does not cover this text.')
    if not signed:
        raise Unsound('checkpoint', 'The log itself has not signed this checkpoint.')
    if len(cosigned) < quorum:
        raise Unsound('checkpoint', f'{len(cosigned)} of {quorum} required witnesses have cosigned.')
    origin, size, root = parse_checkpoint(text)
    if origin != log_key.name:
        raise Unsound('checkpoint', 'The checkpoint names another log than the key it is signed with.')
    return origin, size, root


def split_note(raw):
    """The text with its final newline, and (name, key id, signature) of each line below it."""
    def malformed(reason):
        return Unsound('checkpoint', f'Not a signed note: {reason}.')

    try:
        note = raw.decode('utf-8')
    except UnicodeDecodeError:
        raise malformed('broken UTF-8') from None
    if len(note) > MEBIBYTE or re.search('[\x00-\x09\x0b-\x1f]', note):
        raise malformed('too long, or control characters')
    end = note.rfind('\n\n')
    if end < 0 or not note.endswith('\n'):
        raise malformed('no blank line before the signatures, or no newline at the end')
    lines = note[end + 2:].split('\n')[:-1]
    if not 1 <= len(lines) <= 128:
        raise malformed('no signature, or too many')
    signatures = []
    for line in lines:
        words = line.split(' ')
        data = strict_base64(words[2]) if len(words) == 3 else None
        if words[0] != '\u2014' or data is None or len(data) < 5 or not is_key_name(words[1]):
            raise malformed('a signature line is not: em dash, name, base64')
        signatures.append((words[1], data[:4], data[4:]))
    return note[:end + 1].encode(), signatures


def parse_checkpoint(text):
    """Origin, size and root; extension lines are allowed and ignored."""
    lines = text.decode().split('\n')
    if len(lines) < 4 or lines[-1] != '' or '' in lines[:-1]:
        raise Unsound('checkpoint', 'Not a checkpoint: at least three lines, none empty.')
    size, root = decimal(lines[1]), strict_base64(lines[2])
    if size is None or root is None or len(root) != HASH:
        raise Unsound('checkpoint', 'Not a checkpoint: a decimal below 2^53, and a hash of 32 bytes in base64.')
    return lines[0], size, root


class NoteKey(NamedTuple):
    name: str
    key_id: bytes
    is_witness: bool
    raw: bytes


def parse_vkey(vkey):
    """`<name>+<key id>+<base64 of type and key>`; type 0x01 is a log's Ed25519, 0x04 a witness' timed cosignature."""
    match = re.fullmatch(r'([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})', vkey)
    material = strict_base64(match.group(3)) if match else None
    if material is None or len(material) != 33 or material[0] not in (1, 4) or not is_key_name(match.group(1)):
        raise Unsound('checkpoint', 'A verifier key of the trust policy cannot be read.')
    key_id = hashlib.sha256(match.group(1).encode() + b'\n' + material).digest()[:4]
    if key_id.hex() != match.group(2) or not is_sound_point(material[1:]):
        raise Unsound('checkpoint', 'A verifier key of the trust policy has another id, or is no sound point.')
    return NoteKey(match.group(1), key_id, material[0] == 4, material[1:])


def is_key_name(name):
    """No Unicode white space and no plus sign."""
    return name != '' and not re.search('[+\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]', name)


# ---------------------------------------------------------------------------------------------------------------------
# Step 3: the tree
# ---------------------------------------------------------------------------------------------------------------------

MOST_UNREADABLE = 1000


class Row:
    """Roots of full bundles, and the leaves of those bundles in which some checkpoint ends."""

    def __init__(self, below=()):
        self.full = list(below)
        self.leaves = {}

    def add(self, number, leaves, root, is_kept):
        if root is not None:
            self.full.append(root)
        if is_kept:
            self.leaves[number] = leaves

    def roots(self, sizes):
        """The root of the first n leaves for each n, growing one binary counter of subtrees (RFC 9162, 2.1.1)."""
        found, subtrees, taken = {}, [], 0
        for size in sorted(sizes):
            while taken < size // TILE_WIDTH:
                push_subtree(subtrees, self.full[taken], 8)
                taken += 1
            partial, rest = list(subtrees), size % TILE_WIDTH
            for at in range(rest):
                push_subtree(partial, self.leaves[taken][at * HASH:(at + 1) * HASH], 0)
            found[size] = join_subtrees(partial)
        return found


def push_subtree(subtrees, value, height):
    """A subtree of 2^height leaves; two of one height become the next (RFC 6962: 0x01, left, right)."""
    while subtrees and subtrees[-1][0] == height:
        value = hashlib.sha256(b'\1' + subtrees.pop()[1] + value).digest()
        height += 1
    subtrees.append((height, value))


def join_subtrees(subtrees):
    if not subtrees:
        return hashlib.sha256(b'').digest()
    value = subtrees[-1][1]
    for _, left in reversed(subtrees[:-1]):
        value = hashlib.sha256(b'\1' + left + value).digest()
    return value


def subtree_root(hashes):
    """The root of exactly 256 hashes."""
    row = hashes
    while len(row) > HASH:
        row = b''.join(hashlib.sha256(b'\1' + row[at:at + 2 * HASH]).digest() for at in range(0, len(row), 2 * HASH))
    return row


def step_3_tree(log, trust, newest, retained, record, on_progress):
    """Reads every bundle and every tile, and compares them with what the entries make. The roots of all known sizes."""
    report, size, first = record.report, newest.size, record.report.first
    require_last_bundle(log, size, first)
    below = read_tiles_below(log, first, size)
    left = {decision['size'] for decision, _ in trust.restores.values() if first <= decision['size'] <= size}
    sizes = {size, *left, *(older.size for older in retained if older.size <= size)}
    ends = {one // TILE_WIDTH for one in sizes if one % TILE_WIDTH}
    by_entries, by_tiles, disputed, unreadable = Row(below), Row(below), [], 0
    for number, bundle in read_bundles(log, trust, first, size):
        width = min(TILE_WIDTH, size - number * TILE_WIDTH)
        for level, reason in bundle.unreadable:
            rule = 'bundle-readable' if level == 'entries' else 'tile-readable'
            report.find(rule, reason, file=log.name(tile_path(level, number, width)))
            unreadable += 1
        if unreadable > MOST_UNREADABLE:
            raise Unsound('bundle-readable', 'Too many files cannot be read: what they may hold was not looked at.')
        by_entries.add(number, bundle.entry_hashes, bundle.entry_root, number in ends)
        by_tiles.add(number, bundle.tile_hashes, bundle.tile_root, number in ends)
        if bundle.entry_hashes != bundle.tile_hashes:
            disputed += [number * TILE_WIDTH + at for at in range(width)
                         if hash_at(bundle.entry_hashes, at) != hash_at(bundle.tile_hashes, at)]
        for at, entry in enumerate(bundle.entries):
            record.read(number * TILE_WIDTH + at, hash_at(bundle.entry_hashes, at), entry)
        on_progress(min(size, (number + 1) * TILE_WIDTH), size)
    row, believed = by_entries, 'entries'
    roots = row.roots(sizes)
    if roots[size] != newest.root:
        others = by_tiles.roots(sizes)
        believed = 'tiles' if others[size] == newest.root else 'neither'
        row, roots = (by_tiles, others) if believed == 'tiles' else (row, roots)
    report_disputes(log, report, disputed, believed, size)
    compare_upper_tiles(log, report, row, size)
    report.is_intact = believed == 'entries' and unreadable == 0
    return roots


def require_last_bundle(log, size, first):
    """Looked at first: a size that nobody has entries for must not decide how much is read."""
    if size <= first:
        return
    last = (size - 1) // TILE_WIDTH
    width = size - last * TILE_WIDTH
    try:
        read_entries(log, last, width)
    except Unsound as broken:
        raise InFile(log.name(tile_path('entries', last, width)), broken.rule, broken.consequence) from None


def report_disputes(log, report, disputed, believed, size):
    """Of bundle and level-0 tile the one is believed that leads to the signed root."""
    for index in disputed:
        number = index // TILE_WIDTH
        width = min(TILE_WIDTH, size - number * TILE_WIDTH)
        if believed != 'entries':
            report.find('entry-hash', 'These are not the bytes that were logged at this index.', index,
                        log.name(tile_path('entries', number, width)))
        if believed != 'tiles':
            report.find('tile-hash', 'The tile has another hash than the entry: proofs made from it fail.', index,
                        log.name(tile_path(0, number, width)))


def first_entry(log, size):
    """Where the folder begins: entries and level-0 tiles below are not here."""
    raw = log.read('first', 64, 'first')
    if raw is None:
        return 0
    text = raw.decode('latin-1')
    first = decimal(text[:-1] if text.endswith('\n') else text)
    if first is None or first % TILE_WIDTH or first > size:
        raise InFile(log.name('first'), 'first', 'It names no entry of this log with which a bundle begins.')
    return first


def read_context(log, trust, newest, first, record):
    """Entries below `first` that later ones rest on, each proven under the newest checkpoint."""
    indexes = sorted(index for index in map(decimal, log.names('context')) if index is not None and index < first)
    for index in indexes:
        try:
            raw = log.read(f'context/{index}', 0xffff)
            proof = log.read(f'context/{index}.tlog-proof', MEBIBYTE)
            if raw is None or proof is None:
                raise Unsound('', 'There is no entry, or no proof beside it.')
            record.read(index, hashlib.sha256(b'\0' + raw).digest(), read_entry(raw, trust.keys))
            named, path, note = parse_proof(proof)
            if named != index or parse_checkpoint(split_note(note)[0])[1:] != (newest.size, newest.root):
                raise Unsound('', 'The proof is about another entry, or under another checkpoint.')
            if root_from_path(index, newest.size, hashlib.sha256(b'\0' + raw).digest(), path) != newest.root:
                raise Unsound('', 'The inclusion proof leads to another root.')
            record.roots[index] = root_before(index, newest.size, path)
        except Unsound as broken:
            record.report.find('context-proof', broken.consequence, index, log.name(f'context/{index}'))


def read_tiles_below(log, first, size):
    """Hashes of level 1 that stand for the entries below `first`; the signed root is what makes them true."""
    hashes = []
    count = first // TILE_WIDTH
    for number in range(-(-count // TILE_WIDTH)):
        width = min(TILE_WIDTH, size // TILE_WIDTH - number * TILE_WIDTH)
        try:
            tile = read_tile(log, 1, number, width)
        except Unsound as broken:
            raise InFile(log.name(tile_path(1, number, width)), broken.rule, broken.consequence) from None
        hashes += [hash_at(tile, at) for at in range(min(width, count - number * TILE_WIDTH))]
    return hashes


def compare_upper_tiles(log, report, row, size):
    """Each tile above level 0 holds the roots of the full tiles below it."""
    level, hashes = 1, row.full
    while hashes:
        for number in range(-(-len(hashes) // TILE_WIDTH)):
            expected = hashes[number * TILE_WIDTH:(number + 1) * TILE_WIDTH]
            file = log.name(tile_path(level, number, len(expected)))
            try:
                if read_tile(log, level, number, len(expected)) != b''.join(expected):
                    report.find('tile-hash', 'The tile does not follow from the one below it.', file=file)
            except Unsound as broken:
                report.find(broken.rule, broken.consequence, file=file)
        hashes = [subtree_root(b''.join(hashes[at:at + TILE_WIDTH]))
                  for at in range(0, len(hashes) - len(hashes) % TILE_WIDTH, TILE_WIDTH)]
        level += 1


# ---------------------------------------------------------------------------------------------------------------------
# Steps 5 and 6: signatures and form of each entry, read in order
# ---------------------------------------------------------------------------------------------------------------------

class Entry(NamedTuple):
    """What the bytes of an entry say by themselves. `holds`: the keys of that key id whose signature it bears."""
    digest: str
    problem: Optional[tuple] = None     # (rule, consequence): nothing below it may be used
    key_id: str = ''
    holds: tuple = ()
    kind: str = ''
    run: str = ''
    time: str = ''
    subject: str = ''
    content: Optional[dict] = None


def read_entry(raw, keys):
    """Canonical bytes, one envelope, one statement inside its closed schema, and under which keys its signature holds."""
    digest = digest_of(raw)
    try:
        envelope = parse_canonical(raw, 'envelope-malformed')
        place = ENVELOPE(envelope)
        if place is not None:
            raise Unsound('envelope-malformed', f'Not a DSSE envelope: see {place or "/"}.')
        payload = base64.b64decode(envelope['payload'])
        statement = parse_canonical(payload, 'statement-malformed')
        place = STATEMENT(statement)
        if place is not None:
            raise Unsound('statement-malformed', f'Not a statement: see {place or "/"}.')
        kind = statement['predicateType'][len('urn:duovir:'):-len(':v1')]
        if kind not in KINDS:
            raise Unsound('statement-kind', f'Unknown kind of statement: {kind}.')
        content = statement['predicate']['content']
        place = KINDS[kind][1](content)
        if place is not None:
            raise Unsound('statement-malformed', f'Not a {kind} statement: see {place or "/"}.')
    except Unsound as broken:
        return Entry(digest, (broken.rule, broken.consequence))
    key_id, signature = envelope['signatures'][0]['keyid'], base64.b64decode(envelope['signatures'][0]['sig'])
    message = pre_authentication(payload)
    holds = tuple(key for key in keys.get(key_id, ()) if signature_holds(key, message, signature))
    subject = statement['subject'][0]
    return Entry(digest, None, key_id, holds, kind, subject['name'], statement['predicate']['time'],
                 'sha256:' + subject['digest']['sha256'], content)


class Fact:
    """An entry whose form and signature hold. Whether it was right to say it is for the rules."""
    __slots__ = ('index', 'digest', 'who', 'kind', 'run', 'time', 'subject', 'content', 'policy', 'in_force')

    def __init__(self, index, who, entry, in_force):
        self.index, self.digest, self.who = index, entry.digest, who
        self.kind, self.run, self.time, self.subject, self.content = entry[4:]
        self.in_force = in_force    # the trust policy in force at this index
        self.policy = in_force      # the one by which it is judged: the one it names, where it may

    @property
    def name(self):
        return self.who['name']


# What may still name a policy that was in force when it began: words on their way, and what was decided before.
BEGUN_BEFORE = ('intent', 'motion', 'opinion', 'approval', 'verdict', 'permit')


class Timeline:
    """Which trust policy is in force where: the log says so itself, the officer's signature makes it true."""

    def __init__(self, trust, report):
        self.trust, self.report = trust, report
        self.in_force = self.before = None
        self.past = set()
        self.terms = []     # (index, policy, whether the log was started there)

    def at(self, index, entry):
        """In force for an entry. A start is judged by the policy that it puts in force."""
        if entry.kind == 'log-start':
            return self.trust.policies.get(entry.content['trustPolicy'], self.trust.newest)
        if self.in_force is None:
            self.report.find('log-start', 'No trust policy is in force: the log was not started.', index)
        return self.in_force or self.trust.newest

    def judging(self, fact):
        """By which policy an entry is judged."""
        in_force = self.in_force or self.trust.newest
        named = fact.content.get('trustPolicy', in_force.digest)
        if fact.kind == 'log-start' or named == in_force.digest:
            return in_force
        if named in self.past and fact.kind in BEGUN_BEFORE:
            return self.trust.policies[named]
        self.report.find('policy-in-force', 'The entry refers to a trust policy that is not in force here.', fact.index)
        return in_force

    def supersede(self, fact):
        """A `trust-policy` entry: as the officer signed it, in place of the one in force."""
        following = self.trust.policies.get(fact.subject)
        if following and (following.version != fact.content['version']
                          or self.trust.signatures[fact.subject] != fact.content['signature']):
            self.report.find('policy-signature', 'Version or signature are not those of the policy that the officer signed.',
                             fact.index)
        if fact.content['previous'] != (self.in_force.digest if self.in_force else None):
            self.report.find('policy-chain', 'The trust policy takes the place of another one than was in force.', fact.index)
        self.switch(fact.index, fact.subject, is_start=False)

    def switch(self, index, digest, is_start):
        following, last = self.trust.policies.get(digest), self.in_force
        if following is None:
            self.report.find('policy-unknown', 'The officer has signed no such trust policy.', index)
            return
        self.terms.append((index, following, is_start))
        if last and last.digest == digest:
            return
        if last:
            supersedes = following['supersedes']
            if following.version <= last.version:
                self.report.find('policy-downgrade', 'An older trust policy was put in force again.', index)
            elif supersedes is None or supersedes['digest'] != last.digest:
                self.report.find('policy-chain', 'The officer signed this policy to take the place of another one.', index)
            self.past.add(last.digest)
            self.before = last
        self.in_force = following

    def signing_at(self, size):
        """A server signs with the log key it was started with: digests of the policies in force since that start."""
        counting = []
        for index, policy, is_start in self.terms:
            if index < size:
                counting = [policy.digest] if is_start else [*counting, policy.digest]
        return frozenset(counting)


class Record:
    """What was said, in the order of the log. A run is judged when it is settled, and then forgotten."""

    def __init__(self, trust, report, anchors, pack):
        self.trust, self.report, self.pack = trust, report, pack
        # Sizes at which an authority saw the log, and by when at the latest what is below that size had happened.
        self.anchors, self.latest = [size for size, _ in anchors], [float('inf')]
        for _, time in reversed(anchors):
            self.latest.insert(0, min(self.latest[0], time + CLOCKS))
        self.timeline = Timeline(trust, report)
        self.log = Run('duovir', None)      # what concerns no run, and what every run may rest on
        self.open = {}
        self.settled = set()
        self.uses = {'permit': [], 'receipt': []}   # (index, id of the permit)
        self.commitments = set()
        self.roots = {}         # of the first entries, by how many they are, as far as it is asked for
        self.start = None       # the last log-start
        self.heartbeat = None if report.first else 0    # number of the last one; None where it is not here

    def read(self, index, leaf, entry):
        if self.pack:
            self.pack.read(index, entry)
        if entry.problem:
            self.report.find(*entry.problem, index)
            return
        fact = self.believe(index, entry)
        if entry.run != 'duovir':
            self.read_run(index, leaf, entry.run, fact)
        if fact and (fact.run == 'duovir' or fact.kind in ABOUT_THE_LOG):
            self.read_log(fact)
        if fact and self.pack and fact.who['role'] == 'server' and index >= self.report.first:
            self.pack.span(fact.time)
        if fact:
            self.commitments.add(commitment_of(fact))
            latest = self.latest[bisect_right(self.anchors, index)]
            if milliseconds(fact.time) > latest:
                self.report.find('anchor-time', 'The entry claims a later time than that at which an authority saw it in the '
                                 'log.', index)

    def believe(self, index, entry):
        """Step 5: signed by a principal enrolled at this index, in a role that may state this kind. None if it is not."""
        in_force = self.timeline.at(index, entry)
        speaker = in_force.speakers.get(entry.key_id)
        # The server that tells of a change may be among those whose keys changed.
        if speaker is None and entry.kind.startswith('principal-') and self.timeline.before:
            speaker = self.timeline.before.speakers.get(entry.key_id)
        if speaker is None:
            self.report.find('principal', f'{entry.key_id[:80]} is not enrolled at this index.', index)
            return None
        who, key = speaker
        if key not in entry.holds:
            self.report.find('signature-invalid', f'The signature of {entry.key_id} does not match the bytes.', index)
            return None
        if who['role'] not in KINDS[entry.kind][0]:
            self.report.find('role', f'A {who["role"]} may not state a {entry.kind}.', index)
        if (entry.run == 'duovir') != (entry.kind in ABOUT_THE_LOG):
            self.report.find('entry-run', f'A {entry.kind} does not belong to {entry.run}.', index)
        fact = Fact(index, who, entry, in_force)
        if fact.kind == 'log-start':
            self.timeline.switch(index, fact.content['trustPolicy'], is_start=True)
        if fact.kind == 'trust-policy':
            self.timeline.supersede(fact)
        fact.policy = self.timeline.judging(fact)
        return fact

    def read_run(self, index, leaf, name, fact):
        """Every entry that names a run counts for its chain; what nobody enrolled has signed is no fact."""
        if name in self.settled:
            self.report.find('after-settlement', f'Something was said about {name} after its last word.', index)
            return
        run = self.open.setdefault(name, None) or Run(name, self.log)
        self.open[name] = run
        is_settled = fact is not None and fact.kind == 'settlement'
        if is_settled and (fact.content['entries'], fact.content['chain']) != (run.entries, 'sha256:' + run.chain.hex()):
            self.report.find('run-sequence', f'The settlement names {fact.content["entries"]} entries and their chain; there '
                             f'are {run.entries} before it, or others.', index)
        run.extend(leaf)
        if fact and fact.kind not in ABOUT_THE_LOG:
            run.add(fact)
        if is_settled:
            del self.open[name]
            self.settled.add(name)
            self.judge(run)

    def read_log(self, fact):
        if fact.kind not in PASSING:
            self.log.add(fact)
        if fact.kind == 'log-start':
            self.start = fact
            self.heartbeat = None if fact.index < self.report.first else 0
        if fact.kind == 'heartbeat':
            self.read_heartbeat(fact)
        # What was shredded may have been committed to by an entry below `first`.
        if fact.kind == 'blob-shred' and not self.report.first and fact.subject not in self.commitments:
            self.report.find('blob-shred', 'What was shredded had not been committed to by an earlier entry.', fact.index)

    def read_heartbeat(self, fact):
        number = fact.content['number']
        if self.start is None or fact.subject != self.start.digest:
            self.report.find('heartbeat-start', 'The heartbeat is not about the last start of the log.', fact.index)
        if self.heartbeat is not None and number != self.heartbeat + 1:
            self.report.find('heartbeat-sequence', f'Heartbeat {number} follows heartbeat {self.heartbeat}: some were left '
                             'out, or it was told twice.', fact.index)
        self.heartbeat = number

    def judge(self, run):
        for fact, rule, consequence in rules_of_run(run):
            self.report.find(rule, consequence, fact.index)
        for kind, uses in self.uses.items():
            uses += [(fact.index, fact.content['permit']) for fact in run.said(kind)]

    def losses(self, origin):
        return [restore for restore in self.log.said('log-restore')
                if is_decided(restore, self.trust.restores, origin, self.roots)]

    def finish(self, origin):
        """After the last entry: what was never settled is judged as it stands, and what concerns the log as a whole."""
        for run in [*self.open.values(), self.log]:
            self.judge(run)
        for fact, rule, consequence in rules_of_log(self.log, self.trust, origin, self.roots):
            self.report.find(rule, consequence, fact.index)
        for restore in self.losses(origin):
            size, lost = restore.content['size'], restore.content['lost']
            self.report.remark('log-restore', f'The log went on from a backup: entries {size} to {lost - 1} are lost, and the '
                               'officer has said so.', restore.index)
        # No id is given to two permits and none is used twice, in whichever runs.
        for kind, rule, consequence in (('permit', 'permit-unique', 'Two permits have the same id.'),
                                        ('receipt', 'permit-once', 'This permit was already used.')):
            known = set()
            for index, permit in sorted(self.uses[kind]):
                if permit in known:
                    self.report.find(rule, consequence, index)
                known.add(permit)


class Run:
    """What was said in one run, in order; `log` is what was said about the log as a whole."""

    def __init__(self, name, log):
        self.name, self.log = name, log or self
        self.entries, self.chain = 0, hashlib.sha256(b'duovir/run/v1\0' + name.encode()).digest()
        self.kinds = defaultdict(list)
        self.by_subject = defaultdict(list)
        self.by_call = defaultdict(list)
        self.by_digest = {}

    def extend(self, leaf):
        self.entries, self.chain = self.entries + 1, hashlib.sha256(self.chain + leaf).digest()

    def add(self, fact):
        self.kinds[fact.kind].append(fact)
        self.by_subject[fact.kind, fact.subject].append(fact)
        self.by_digest.setdefault(fact.digest, fact)
        if fact.kind in ('egress', 'egress-end'):
            self.by_call[fact.kind, fact.content['call']].append(fact)

    def said(self, kind):
        return self.kinds.get(kind, [])

    def about(self, kind, subject):
        return self.by_subject.get((kind, subject), [])

    def in_call(self, kind, call):
        return self.by_call.get((kind, call), [])

    def named(self, digest, kind):
        """The entry of that kind that a digest names, the first of those that are the same bytes."""
        fact = self.by_digest.get(digest) or self.log.by_digest.get(digest)
        return fact if fact and fact.kind == kind else None

    def permit(self, name):
        return first(permit for permit in self.said('permit') if permit.content['permit'] == name)


def first(facts):
    return next(iter(facts), None)


def last_before(facts, index):
    return next((fact for fact in reversed(facts) if fact.index < index), None)


# ---------------------------------------------------------------------------------------------------------------------
# Step 7: meaning. A rule yields (fact, rule, consequence).
# ---------------------------------------------------------------------------------------------------------------------

# Kinds that concern the log, or everybody who is in it, and no run.
ABOUT_THE_LOG = frozenset((
    'log-start', 'log-stop', 'trust-policy', 'principal-enrol', 'principal-rotate', 'principal-revoke', 'token-issue',
    'token-revoke', 'stop', 'stop-lift', 'break-glass', 'break-glass-end', 'model-stop', 'model-resume', 'heartbeat',
    'audit-read', 'access-refusal', 'evidence-export', 'blob-shred', 'log-restore'))

# Of those, the ones that no other entry rests on, and of which there are many.
PASSING = frozenset(('heartbeat', 'audit-read', 'access-refusal'))
MINUTE = 60_000
CLOCKS = 5 * MINUTE     # How far the clocks of a log and of an authority may be apart.
LATE = 15 * MINUTE      # What is signed in a period may be appended this much later.
MAKING = 60 * MINUTE    # So long it may take to make a pack, from its checkpoint to the entry that states its export.
CROSSING = 5_000    # Milliseconds in which words cross: a stop and a permit, a new policy and the file it lies in.
SEVERITIES = ('info', 'low', 'medium', 'high', 'critical')
CLASSES = ('R0', 'R1', 'R2', 'R3', 'R4')


class Opening:
    """
    One time a motion was put to the vote, with all that was said about it until it was put to the vote again. What people
    approved counts for each opening under the same policy.
    """

    def __init__(self, run, motion):
        following = first(later for later in run.about('motion', motion.subject) if later.index > motion.index)

        def within(kind):
            return [fact for fact in run.about(kind, motion.subject)
                    if motion.index < fact.index and (following is None or fact.index < following.index)]

        self.motion = motion
        self.commitments, self.opinions, self.rebuttals = within('commitment'), within('opinion'), within('rebuttal')
        self.tests, self.verdicts = within('finding-check'), within('verdict')
        self.approvals = [approval for approval in run.about('approval', motion.subject)
                          if approval.content['trustPolicy'] == motion.content['trustPolicy']]
        self.proposal = last_before(run.about('plan', motion.subject), motion.index)

    def round_of(self, opinion):
        return [bound for bound in self.commitments if bound.content['round'] == opinion.content['round']]

    def debated(self, before):
        """Ids of what those had found who had voted before an index: `f-` and 8 hex digits of motion, rule and step."""
        return {'f-' + digest_of(canonical({'motion': self.motion.subject, 'rule': one['rule'], 'step': one['step']})
                                 .encode())[7:15]
                for opinion in self.opinions if opinion.index < before for one in opinion.content['findings']}


def rules_of_run(run):
    """All rules about one run."""
    openings = [Opening(run, motion) for motion in run.said('motion')]
    yield from motions(run)
    yield from votes(run, openings)
    yield from debates(openings)
    yield from verdicts(run, openings)
    yield from permits_and_receipts(run)
    yield from superseded_policies(run)
    yield from stopped_permits(run)
    yield from late_emergencies(run)
    yield from thoughts(run)
    yield from calls_that_left(run)
    yield from spending(run)
    yield from heal_caps(run, openings)
    yield from attested_receipts(run)


# Motions

def motions(run):
    """A patch changes a plan that was carried, a revision one that was put to the vote; and twice is enough."""
    for motion in run.said('motion'):
        previous, is_heal = motion.content['previous'], motion.content['kind'] == 'heal'
        if is_heal:
            rests = previous is not None and any(
                verdict.index < motion.index and verdict.content['verdict'] == 'carried'
                for verdict in run.about('verdict', previous))
        else:
            rests = previous is None or last_before(run.about('motion', previous), motion.index) is not None
        if not rests:
            yield motion, 'motion-previous', 'The patch or revision does not rest on a plan of this run.'
        if revisions_of(run, motion) > 2:
            yield motion, 'revisions', 'The plan was revised more than twice.'
    for verdict in run.said('verdict'):
        if verdict.content['verdict'] == 'carried':
            yield from unsigned_request(run, verdict)


def revisions_of(run, motion):
    """How many plans in a row were changed into this one; a patch is none, and more than two are not counted."""
    revisions = 0
    while motion is not None and revisions <= 2:
        if motion.content['kind'] == 'heal' or motion.content['previous'] is None:
            return revisions if motion.content['kind'] != 'heal' else 0
        revisions += 1
        motion = last_before(run.about('motion', motion.content['previous']), motion.index)
    return revisions


def unsigned_request(run, verdict):
    """From the class that the policy names on, the requester itself has signed, before anything was planned."""
    if CLASSES.index(verdict.content['riskClass']) < CLASSES.index(verdict.policy['requests']['signedFrom']):
        return
    request = first(run.said('request'))
    if request is None:
        return
    requester = request.content['requester']
    intent = run.named(request.content['intent'], 'intent')
    plan = first(run.said('plan'))
    if (intent is None or intent.name != requester or intent.content['requester'] != requester
            or intent.index >= (plan.index if plan else verdict.index)):
        yield verdict, 'intent', f'{requester} is said to have asked for this, and has not signed it before it was planned.'


# Votes

def votes(run, openings):
    known = {opinion.index for opening in openings for opinion in opening.opinions}
    for opinion in run.said('opinion'):
        if opinion.index not in known:
            yield opinion, 'opinion-motion', 'Nothing had been put to the vote that this could be about.'
    for opening in openings:
        for opinion in opening.opinions:
            yield from bound_opinion(opening, opinion)
            yield from (first_vote if opinion.content['phase'] == 'blind' else second_vote)(opening, opinion)


def bound_opinion(opening, opinion):
    """By the evidence that was frozen; and everybody was bound before anybody could read."""
    frozen = opening.motion.content
    if (opinion.content['evidence'], opinion.content['trustPolicy']) != (frozen['evidence'], frozen['trustPolicy']):
        yield opinion, 'opinion-evidence', 'The reviewer judged by other evidence, or another policy, than was frozen.'
    bound = opening.round_of(opinion)
    own = [one for one in bound if one.name == opinion.name]
    if len(own) != 1 or own[0].index >= opinion.index:
        yield opinion, 'commitment', 'The reviewer had not bound itself, once, before this opinion.'
    if any(one.index > opinion.index for one in bound):
        yield opinion, 'blind', 'Somebody could read this opinion before committing to an own one.'


def first_vote(opening, opinion):
    if opinion.content['changedFrom'] is not None or opinion.content['because']:
        yield opinion, 'changed-from', 'A first vote has nothing that it could have changed from.'
    if any(bound.index > rebuttal.index for rebuttal in opening.rebuttals for bound in opening.round_of(opinion)):
        yield opinion, 'blind', 'The vote was called blind, and the proposer had already answered to findings.'


def second_vote(opening, opinion):
    """After all had voted blind and the proposer had answered; a changed verdict names what changed it."""
    began = min([opinion.index, *(bound.index for bound in opening.round_of(opinion))])
    blind = [one for one in opening.opinions if one.content['phase'] == 'blind']
    own = last_before([one for one in blind if one.name == opinion.name], began)
    if own is None:
        yield opinion, 'second-blind', 'Who votes a second time had not voted blind before.'
        return
    said = own.content['verdict']
    if opinion.content['changedFrom'] != (None if said == opinion.content['verdict'] else said):
        yield opinion, 'changed-from', f'The first vote was {said}; this one says otherwise.'
    if last_before(opening.rebuttals, began) is None or any(one.index > began for one in blind):
        yield opinion, 'second-rebuttal', 'The second vote began before all had voted and the proposer had answered.'
    known = opening.debated(began) | {test.content['check'] for test in opening.tests if test.index < began}
    for cause in opinion.content['because']:
        # Places in the plan are known to the sealed words only; findings and their tests have ids of this form.
        if re.fullmatch('[fc]-[0-9a-f]{8}', cause) and cause not in known:
            yield opinion, 'cause', f'It names {cause} as its cause, which nobody had found or tested before.'


def debates(openings):
    """Between the votes the proposer answers once, and what was found is put to the test."""
    for opening in openings:
        for at, rebuttal in enumerate(opening.rebuttals):
            if opening.proposal is None or rebuttal.name != opening.proposal.name:
                yield rebuttal, 'rebuttal-proposer', 'Somebody else than its proposer answered for the motion.'
            if at > 0:
                yield rebuttal, 'rebuttal-once', 'The proposer had its say about this motion twice.'
        for test in opening.tests:
            if test.content['finding'] not in opening.debated(test.index):
                yield test, 'check-finding', 'A finding was tested that nobody had made.'
        fix = first(rebuttal for rebuttal in opening.rebuttals
                    if any(answer['kind'] == 'fix' for answer in rebuttal.content['answers']))
        for verdict in opening.verdicts:
            if fix and fix.index < verdict.index and verdict.content['verdict'] == 'carried':
                yield verdict, 'withdrawn', 'The motion was carried after its proposer had taken it back.'


# Verdicts

def verdicts(run, openings):
    known = {verdict.index for opening in openings for verdict in opening.verdicts}
    for verdict in run.said('verdict'):
        if verdict.index not in known:
            yield verdict, 'verdict-class', 'There is a verdict on what was never put to the vote.'
        if verdict.content['verdict'] == 'carried' and verdict.content['breakGlass']:
            if len(breaking_people(run, verdict)) != len(verdict.content['breakGlass']):
                yield (verdict, 'break-glass-use',
                       'The glass was broken by too few people, for something else, or too long before.')
    for opening in openings:
        for verdict in opening.verdicts:
            yield from counted_ballots(run, opening, verdict)
            if verdict.content['verdict'] == 'carried':
                yield from carried(run, opening, verdict)


def counted_ballots(run, opening, verdict):
    """All that was counted is in the log, earlier, about this motion as it was frozen."""
    for kind, ballots in (('opinion', opening.opinions), ('approval', opening.approvals)):
        known = {ballot.index for ballot in ballots if ballot.index < verdict.index}
        for digest in verdict.content[kind + 's']:
            named = run.named(digest, kind)
            if named is None or named.index not in known:
                yield (verdict, 'verdict-ballots',
                       'The verdict counts an opinion that is not in the log before it, about this motion.')
                return


def carried(run, opening, verdict):
    """Checkers passed it, no dissent was left out, nobody was asked until the answer pleased, and counted again it holds."""
    checks = [one for one in run.about('checks', verdict.subject) if one.index < verdict.index]
    if not checks or not all(one.content['passed'] for one in checks):
        yield verdict, 'checks-passed', 'The motion was carried although the checkers had not passed it.'
    opinions = [one for one in opening.opinions if one.digest in verdict.content['opinions']]
    approvals = [one for one in opening.approvals if one.digest in verdict.content['approvals']]
    counted = {one.index for one in opinions + approvals}
    rounds = {one.content['round'] for one in opinions}
    # A vote that was broken off is held again: what was said for the motion in it counts no more, what was said against it does.
    owed = [one for one in opening.opinions if one.content['round'] in rounds
            or one.content['verdict'] != 'approve' or one.content['findings']]
    owed += [one for one in opening.approvals
             if one.index > opening.motion.index and one.content['verdict'] == 'reject']
    for one in owed:
        if one.index < verdict.index and one.index not in counted:
            yield verdict, 'verdict-withheld', f'The verdict leaves out what {one.name} had said about this motion.'
    votes_held = {(one.content['phase'], one.content['round']) for one in opinions}
    if len(votes_held) != len({phase for phase, _ in votes_held}):
        yield verdict, 'vote-again', 'The verdict counts opinions of more than one vote of the same kind.'
    yield from counted_again(run, opening, verdict, opinions, approvals)


VETOES = ('verdict.critical-finding', 'verdict.rejected-finding', 'verdict.budget-exhausted', 'verdict.person-rejected')


def counted_again(run, opening, verdict, opinions, approvals):
    said, motion, proposal = verdict.content, opening.motion.content, opening.proposal
    author = 'healer' if motion['kind'] == 'heal' else 'planner'
    request = first(run.said('request'))
    if opening.motion.in_force.digest != motion['trustPolicy']:
        yield verdict, 'motion-policy', 'The motion was frozen under a trust policy that was no longer in force.'
    elif (motion['riskClass'], motion['trustPolicy']) != (said['riskClass'], said['trustPolicy']):
        yield verdict, 'verdict-class', 'The motion was carried under another risk class or policy than its own.'
    elif proposal is None or proposal.who['role'] != author:
        yield verdict, 'motion-author', f'No {author} had stated this plan.'
    elif request is None or request.index > opening.motion.index:
        yield verdict, 'request', 'The motion was carried although nobody had asked for anything.'
    else:
        ballot = Ballot(
            verdict.policy, said['riskClass'], 'risk.cardholder-data' in motion['reasons'],
            [dict(one.content, by=one.name) for one in opinions], [(one.name, one.content['verdict']) for one in approvals],
            {proposal.name, request.content['requester']}, breaking_people(run, verdict))
        result, reason, numbers = tally(ballot)
        if result != 'carried':
            rule = 'veto' if reason in VETOES else 'quorum'
            yield verdict, rule, f'The motion was carried {"over a veto" if rule == "veto" else "without its quorum"}: {reason}.'
        elif (reason, numbers) != (said['reason'], said['counted']):
            yield verdict, 'verdict-count', f'Counted again it comes to other numbers: {reason}, {numbers}.'


# The tally: what engine, runner and auditor each count by themselves

class Ballot(NamedTuple):
    policy: Policy
    risk_class: str
    is_cardholder: bool
    opinions: list      # content of each, with `by`
    approvals: list     # (person, verdict)
    interested: set     # who proposed or requested it: they have no voice (Invariant 2)
    broken_by: set      # people who have broken the glass together


def tally(ballot):
    """What a motion comes to under the rule of its class: (verdict, reason, numbers). Doubt is never `carried`."""
    policy, rule = ballot.policy, ballot.policy['quorum'].get(ballot.risk_class)
    neutral = [who for who in policy.principals if who['name'] not in ballot.interested]
    standing = standing_votes(ballot.opinions, policy)

    def heard(reviewer):
        return [vote for vote in standing if vote['by'] == reviewer['name']]

    reviewers = [who for who in neutral if who['role'] == 'reviewer']
    voters = [who for who in reviewers if who.get('mandate') != 'adversary']
    approving = [who for who in voters if all(vote['verdict'] == 'approve' for vote in heard(who))
                 and any(is_own_voice(who, vote) for vote in heard(who))]
    rejecting = [who for who in voters if any(vote['verdict'] == 'reject' for vote in heard(who))]
    people = [who for who in neutral if who['role'] == 'person' and (who['name'], 'approve') in ballot.approvals]
    # An adversary that found nothing says so by an abstention of its own kind; any other is silence.
    is_attacked = any(vote['verdict'] != 'abstain' or vote['abstention'] == 'nothing-found'
                      for who in reviewers if who.get('mandate') == 'adversary' for vote in heard(who))
    groups = len({who['group'] for who in approving}) + len(people)
    numbers = {'reviewers': len(approving) + len(rejecting), 'approvals': len(approving), 'groups': groups,
               'people': len(people)}
    if ballot.risk_class == 'R4':
        return 'rejected', 'verdict.forbidden', numbers
    if rule is None:
        return 'rejected', 'verdict.no-rule', numbers
    veto = veto_of(ballot, rule, standing)
    if veto:
        return 'rejected', veto, numbers
    wanted = max(rule['people'], rule['cardholderPeople']) if ballot.is_cardholder else rule['people']
    glass = policy['breakGlass']
    if (glass and ballot.risk_class in glass['classes'] and len(people) >= wanted
            and sum(who['name'] in ballot.broken_by for who in people) >= glass['people']):
        return 'carried', 'verdict.glass-broken', numbers
    silent = max(0, rule['reviewers'] - len(approving) - len(rejecting))
    # Even if all who are silent had approved, it would not be enough: no person stands in for who has said no.
    if len(approving) + silent < rule['approvals']:
        return 'rejected', 'verdict.quorum-unmet', numbers
    missing = silent + (1 if rule['adversary'] and not is_attacked else 0)
    is_open = any(has_finding(vote, 'high') for who in reviewers for vote in heard(who))
    # One person more for each voice that is missing, and for each that is against.
    stand_ins = max(wanted + missing + len(rejecting), 1 if is_open else 0)
    if len(people) < stand_ins:
        return 'referred', 'verdict.below-quorum' if missing else 'verdict.people-needed', numbers
    if len(people) < rule['groups'] - groups + len(people):
        return 'referred', 'verdict.groups-needed', numbers
    return 'carried', 'verdict.quorum-met', numbers


def veto_of(ballot, rule, standing):
    """Invariant 3: what no majority outvotes. Whoever objects need not be neutral, or alone."""
    roles = {who['name']: who['role'] for who in ballot.policy.principals}
    said = [vote for vote in standing if roles.get(vote['by']) == 'reviewer']
    if any(shows_critical(vote) for vote in said):
        return 'verdict.critical-finding'
    if any(vote['verdict'] == 'reject' and has_finding(vote, rule['veto']) for vote in said):
        return 'verdict.rejected-finding'
    # In whichever vote: what there was no budget to look at again has not been looked at again.
    if any(vote['abstention'] == 'budget' and roles.get(vote['by']) == 'reviewer' for vote in ballot.opinions):
        return 'verdict.budget-exhausted'
    if any(verdict == 'reject' and roles.get(person) == 'person' for person, verdict in ballot.approvals):
        return 'verdict.person-rejected'
    return None


def standing_votes(opinions, policy):
    """
    Each reviewer's word once both votes are in. A changed verdict without a cause does not count, the first stands. Who was
    never blind may object, and cannot approve. Who says two things in one vote has said all of them. And nobody takes back an
    objection in another voice than its own.
    """
    known = {who['name']: who for who in policy.principals}
    own_voice = [vote for vote in opinions if not (
        vote['phase'] == 'second' and vote['verdict'] == 'approve'
        and vote['by'] in known and not is_own_voice(known[vote['by']], vote))]
    standing = []
    for name in dict.fromkeys(vote['by'] for vote in own_voice):
        own = [vote for vote in own_voice if vote['by'] == name]
        blind = [vote for vote in own if vote['phase'] == 'blind']
        second = [vote for vote in own if vote['phase'] == 'second']
        if not blind:
            standing += [vote for vote in own if vote['verdict'] != 'approve']
        elif len(blind) > 1 or len(second) > 1:
            standing += own
        elif second and (second[0]['because'] or upholds(second[0], blind[0])):
            standing += second
        else:
            standing += blind
    return standing


def upholds(second, blind):
    """A second vote that says no less against the motion than the first needs no cause."""
    return (second['verdict'] == blind['verdict'] and second['abstention'] == blind['abstention']
            and gravest(second) >= gravest(blind) and (shows_critical(second) or not shows_critical(blind)))


def is_own_voice(who, vote):
    """Rules that approve in the name of a model would make one group of two."""
    return who.get('brain', {'kind': 'playbook'})['kind'] == vote['brain']


def gravest(vote):
    return max((SEVERITIES.index(one['severity']) for one in vote['findings']), default=-1)


def has_finding(vote, severity):
    return gravest(vote) >= SEVERITIES.index(severity)


def shows_critical(vote):
    return any(one['severity'] == 'critical' and one['evidenced'] for one in vote['findings'])


# Permits, receipts, emergencies, stops

def permits_and_receipts(run):
    """What was executed was permitted before, and exactly so."""
    for permit in run.said('permit'):
        verdict = run.named(permit.content['verdict'], 'verdict')
        if verdict is None or verdict.index > permit.index:
            yield permit, 'permit-verdict', 'The permit was given without a verdict.'
        elif (verdict.content['verdict'], verdict.subject, verdict.content['trustPolicy']) != (
                'carried', permit.content['motion'], permit.content['trustPolicy']):
            yield permit, 'permit-verdict', 'The verdict did not carry this motion.'
    for receipt in run.said('receipt'):
        permit = run.permit(receipt.content['permit'])
        if permit is None or permit.index > receipt.index:
            yield receipt, 'receipt-permit', 'Something was executed without a permit.'
            continue
        if receipt.subject != permit.subject or any(
                receipt.content[field] != permit.content[field] for field in ('step', 'purpose', 'attempt', 'fence')):
            yield receipt, 'receipt-bytes', 'What was executed is not what was permitted.'
        if receipt.content['startedAt'] > permit.content['expiresAt']:
            yield receipt, 'permit-expired', 'The permit had expired when it was used.'


def verdict_behind(run, receipt):
    permit = run.permit(receipt.content['permit'])
    return permit and run.named(permit.content['verdict'], 'verdict')


def superseded_policies(run):
    """What was decided under the policy before is carried out until the officer's date, while all it rests on are enrolled."""
    for receipt in run.said('receipt'):
        verdict = verdict_behind(run, receipt)
        if verdict is None:
            continue
        began = milliseconds(receipt.content['startedAt'])
        # What had begun before a change ends after it, and is told only then.
        change = first(one for one in run.log.said('trust-policy')
                       if one.index < receipt.index and began <= milliseconds(one.time) + CROSSING)
        in_force = change.in_force if change else receipt.in_force
        decided = verdict.content['trustPolicy']
        if decided in (in_force.digest, receipt.in_force.digest):
            continue
        supersedes = in_force['supersedes']
        # What was begun may be undone after its time.
        if (supersedes is None or supersedes['digest'] != decided
                or (receipt.content['purpose'] == 'apply' and receipt.content['startedAt'] > supersedes['decidedUntil'])):
            yield (receipt, 'policy-expired',
                   'It had been decided under a trust policy whose decisions were no longer to be carried out.')
        voices = [verdict, *(run.named(digest, 'opinion') for digest in verdict.content['opinions']),
                  *(run.named(digest, 'approval') for digest in verdict.content['approvals']),
                  *(grants_of(run, verdict))]
        gone = first(voice.name for voice in voices if voice and office_of(voice.who) not in in_force.offices)
        if gone:
            yield receipt, 'permit-revoked', f'It rests on the word of {gone}, whose key had been taken back.'


def grants_of(run, verdict):
    """The statements that broke the glass which a verdict names, as far as they had been made."""
    named = (run.named(digest, 'break-glass') for digest in verdict.content['breakGlass'])
    return [one for one in named if one and one.index < verdict.index]


def breaking_people(run, verdict):
    """Whose statements let a verdict do without reviewers: of one grant, for its class, and before their time was over."""
    named = grants_of(run, verdict)
    ended = {end.content['grant'] for end in run.log.said('break-glass-end') if end.index < verdict.index}
    return {one.name for one in named
            if one.content['grant'] == named[0].content['grant']
            and one.content['until'] >= verdict.time and one.content['grant'] not in ended
            and verdict.content['riskClass'] in one.content['classes'] and one.subject == verdict.policy.digest}


def late_emergencies(run):
    """What was carried in an emergency is not carried out when it is over; what was begun may be undone."""
    for receipt in run.said('receipt'):
        verdict = verdict_behind(run, receipt)
        if verdict is None or receipt.content['purpose'] != 'apply':
            continue
        if any(receipt.content['startedAt'] > one.content['until'] for one in grants_of(run, verdict)):
            yield receipt, 'break-glass-use', 'It was done when the time was over for which the glass had been broken.'


def is_sound_lift(run, lift):
    """Another person than the one who had stopped, or for whom the server had, lifts the stop in its own name."""
    stop, person = run.named(lift.subject, 'stop'), lift.content['person']
    return (stop is not None and stop.index < lift.index and lift.name == person
            and person not in (stop.content['person'], stop.name))


def stops(run):
    """Each stop, and the index of the first entry that lifts it."""
    lifts = [lift for lift in run.log.said('stop-lift') if is_sound_lift(run, lift)]
    for stop in run.log.said('stop'):
        yield stop, first(lift.index for lift in lifts if lift.subject == stop.digest) or float('inf')


def stopped_permits(run):
    """While a person has stopped everything nothing is permitted. What crossed the stop, the runner has refused."""
    used = {receipt.content['permit'] for receipt in run.said('receipt')}
    known = list(stops(run)) if run.said('permit') else []
    for permit in run.said('permit'):
        for stop, until in known:
            if stop.index < permit.index < until and (
                    permit.content['permit'] in used
                    or milliseconds(permit.content['issuedAt']) > milliseconds(stop.time) + CROSSING):
                yield permit, 'stop-permit', 'The permit was given while everything was stopped.'
                break


# Thoughts, what left for models, and what it cost

def thoughts(run):
    """Whoever says to have thought with a model has asked it, for the record."""
    for kind in ('plan', 'plan-refusal', 'clarification', 'opinion', 'rebuttal', 'diagnosis'):
        for thought in run.said(kind):
            brain, calls = thought.content['brain'], thought.content['calls']
            # Rules may have had the last word after a model was asked in vain; whoever has no model asks none.
            if (brain == 'model' or calls) and thought.who.get('brain', {}).get('kind') != 'model':
                yield thought, 'brain-model', f'The trust policy gives {thought.name} no model to think with.'
            elif brain == 'model' and not calls:
                yield thought, 'brain-call', 'It was thought by a model, it says, and names no call.'
            spent = sum(end.content['spent']['tokens'] for call in calls for end in run.in_call('egress-end', call))
            if thought.content['tokens'] > spent:
                yield (thought, 'call-tokens',
                       f'{thought.content["tokens"]} tokens were used, it says; its calls have cost {spent}.')
            for call in calls:
                yield from call_of_thought(run, thought, call)


def call_of_thought(run, thought, call):
    """The bytes that left for a call, and what came of them: all before the thought, in its run, for this agent."""
    left = run.in_call('egress', call)
    asked = any(question.index < thought.index and question.name == thought.name
                for question in run.said('model-question'))
    # The gateway may have refused the question before anything left.
    if not left and asked:
        return
    if not (last_before(left, thought.index) and last_before(run.in_call('egress-end', call), thought.index)):
        yield thought, 'call-egress', f'Nothing of {call} had left and ended before, in this run.'
    elif any(egress.content['principal'] != thought.name for egress in left):
        yield thought, 'call-principal', f'{call} was made for somebody else.'


def calls_that_left(run):
    """What left was asked for by its agent, on a route that the officer opened, while nobody had stopped it."""
    tries = {}
    for egress in run.said('egress'):
        one_try = egress.content['call'], egress.content['try']
        if one_try in tries:
            yield egress, 'egress-unique', 'One try of a call left twice.'
        tries.setdefault(one_try, egress)
        yield from route(egress)
        said = egress.content
        if not any(question.index < egress.index and question.name == said['principal']
                   and question.content['purpose'] == said['purpose']
                   for question in run.about('model-question', said['question'])):
            yield egress, 'egress-question', f'{said["principal"]} had not asked this question before it left.'
        if is_model_stopped(run, egress.index) and not never_left(run, egress):
            yield egress, 'model-stop', 'Bytes left for a model after a person had stopped all model calls.'
    ended = set()
    for end in run.said('egress-end'):
        one_try = end.content['call'], end.content['try']
        egress = tries.get(one_try)
        if one_try in ended:
            yield end, 'egress-once', 'This try of a call had ended before.'
        elif egress is None or egress.index > end.index or egress.subject != end.subject:
            yield end, 'egress-end', 'It ends a try of a call whose bytes had not left before.'
        elif any(end.content['spent'][unit] > egress.content['reserved'][unit] for unit in ('tokens', 'microUsd')):
            yield end, 'egress-reserved', 'It cost more than the worst case that was reserved for it.'
        ended.add(one_try)


def is_model_stopped(run, index):
    switches = [last_before(run.log.said(kind), index) for kind in ('model-stop', 'model-resume')]
    latest = max((one for one in switches if one), key=lambda one: one.index, default=None)
    return latest is not None and latest.kind == 'model-stop'


def route(egress):
    said, policy = egress.content, egress.policy
    model = first(one for one in policy['egress']['models'] if one['alias'] == said['model'])
    if model is None or model['provider'] != said['provider']:
        yield egress, 'egress-model', f'The trust policy lists no model {said["model"]} of {said["provider"]}.'
    if said['dataClass'] not in policy['egress']['allowed'] or (model and said['dataClass'] not in model['dataClasses']):
        yield egress, 'egress-data-class', f'What is {said["dataClass"]} may not leave for {said["model"]}.'
    brain = first(who.get('brain', {}) for who in policy.principals if who['name'] == said['principal']) or {}
    if brain.get('kind') != 'model' or brain['model'] != said['model']:
        yield egress, 'egress-principal', f'The trust policy does not let {said["principal"]} think with {said["model"]}.'


def never_left(run, egress):
    """Under way when the stop came: its bytes stayed here, for it was aborted before it cost anything."""
    return any(end.content['try'] == egress.content['try'] and end.content['outcome'] == 'aborted'
               and end.content['status'] is None and end.content['spent']['tokens'] == 0
               for end in run.in_call('egress-end', egress.content['call']))


def spending(run):
    """The run kept to its cap, and its settlement says what it really cost."""
    ends = run.said('egress-end')
    tokens = money = 0
    is_over = False
    for end in ends:
        tokens += end.content['spent']['tokens']
        money += end.content['spent']['microUsd']
        cap = end.policy['budget']['run']
        if not is_over and (tokens > cap['tokens'] or money > cap['microUsd']):
            is_over = True
            yield end, 'budget-run', 'The run has cost more than the trust policy in force there allows.'
    for settlement in run.said('settlement'):
        if (settlement.content['tokens'], settlement.content['microUsd']) != (tokens, money):
            yield (settlement, 'settlement-spent',
                   f'The run has cost {tokens} tokens and {money} millionths of a dollar; its settlement says otherwise.')
        ended = {(end.content['call'], end.content['try']) for end in ends if end.index < settlement.index}
        if any((egress.content['call'], egress.content['try']) not in ended for egress in run.said('egress')):
            yield settlement, 'settlement-open', 'The run was settled while a call to a model had not ended.'


# Heals and attestations

def heal_caps(run, openings):
    """No run, and no step of it, is healed more often than the policy allows by which the patch was carried."""
    carried = sorted(((verdict, opening.motion) for opening in openings if opening.motion.content['kind'] == 'heal'
                      for verdict in opening.verdicts if verdict.content['verdict'] == 'carried'),
                     key=lambda pair: pair[0].index)
    patches, of_step = set(), Counter()
    for verdict, motion in carried:
        # A patch that was put to the vote again, because its target had drifted, is one.
        if motion.subject in patches:
            continue
        patches.add(motion.subject)
        diagnosis, caps = last_before(run.said('diagnosis'), motion.index), verdict.policy['heals']
        step = diagnosis.content['step'] if diagnosis else None
        of_step[step] += 1
        if len(patches) > caps['perRun'] or (step is not None and of_step[step] > caps['perStep']):
            yield verdict, 'heal-caps', 'The run, or a step of it, was healed more often than the trust policy allows.'


def attested_receipts(run):
    """What a run says to have achieved, somebody else than its runner has seen: the last word about each step, and its goal."""
    for settlement in run.said('settlement'):
        if settlement.content['outcome'] != 'succeeded':
            continue
        receipts = run.said('receipt')
        for step in dict.fromkeys(receipt.content['step'] for receipt in receipts):
            of_step = [receipt for receipt in receipts if receipt.content['step'] == step]
            applied = last_apply(of_step)
            if applied is None or applied.content['outcome'] != 'succeeded':
                continue
            was_undone = any(one.index > applied.index and one.content['outcome'] == 'succeeded'
                             and one.content['purpose'] == 'compensate' for one in of_step)
            # `control`: a later attempt at the step found that it was so already.
            if not was_undone and not is_seen(run, ('step', 'control'), applied.index, step):
                yield settlement, 'receipt-attested', f'Nobody has seen after step {step} that it had come to what it is for.'
        applied = last_apply(receipts)
        if not is_seen(run, ('goal',), applied.index if applied else -1):
            yield settlement, 'receipt-attested', 'The run is said to have succeeded; nobody has seen its goal reached.'


def last_apply(receipts):
    return first(receipt for receipt in reversed(receipts) if receipt.content['purpose'] == 'apply')


def is_seen(run, about, after, step=None):
    return any(one.index > after and one.content['about'] in about and one.content['outcome'] == 'succeeded'
               and (step is None or one.content['step'] == step) for one in run.said('attestation'))


# What concerns the whole log

def rules_of_log(log, trust, origin, roots):
    yield from enrolments(log, trust.policies)
    yield from broken_glass_statements(log)
    yield from stops_and_lifts(log)
    yield from restores(log, trust.restores, origin, roots)


def enrolments(log, policies):
    """Who is enrolled, rotated or revoked stands in the log as well: it is what the trust policies differ in."""
    said = defaultdict(list)
    for kind in ('principal-enrol', 'principal-rotate', 'principal-revoke'):
        for fact in log.said(kind):
            said[fact.subject].append(fact)
    changes = log.said('trust-policy')
    for change in changes:
        following = policies.get(change.subject)
        if following and Counter(map(enrolment_words, said.get(change.subject, []))) != Counter(
                difference(change.in_force, following)):
            yield (change, 'principal-change',
                   'The entries about principals are not what this trust policy changes about them.')
    start = first(log.said('log-start'))
    changed = {change.subject for change in changes}
    for subject, entries in said.items():
        if subject in changed:
            continue
        # The policy under which the log was started enrols whom it names.
        is_first = start is not None and subject == start.content['trustPolicy'] and subject in policies
        allowed = {enrolment(who) for who in policies[subject].principals} if is_first else ()
        for entry in entries:
            if enrolment_words(entry) not in allowed:
                yield entry, 'principal-change', 'It changes who is enrolled, and no trust policy in force says so.'


def enrolment_words(fact):
    said = fact.content
    return (fact.kind, said['principal'], said['key'], said.get('role'), said.get('group'), said.get('previous'))


def ed25519_id(who):
    return key_id_of(who['name'], base64.b64decode(who['publicKey']))


def enrolment(who):
    return 'principal-enrol', who['name'], ed25519_id(who), who['role'], who['group'], None


def difference(before, after):
    """Who gets another role or group under the same name is somebody else."""
    def place(who):
        return who['name'], who['role'], who['group']

    old, new = ({place(who): who for who in policy.principals} for policy in (before, after))
    for key, who in old.items():
        if key not in new:
            yield 'principal-revoke', who['name'], ed25519_id(who), None, None, None
    for key, who in new.items():
        if key not in old:
            yield enrolment(who)
        elif ed25519_id(old[key]) != ed25519_id(who):
            yield 'principal-rotate', who['name'], ed25519_id(who), None, None, ed25519_id(old[key])


def broken_glass_statements(log):
    for broken in log.said('break-glass'):
        rule = broken.in_force['breakGlass']
        if broken.subject != broken.in_force.digest or rule is None:
            yield broken, 'break-glass', 'The trust policy in force lets nobody break the glass, or is another one.'
        elif (milliseconds(broken.content['until']) - milliseconds(broken.time) > rule['minutes'] * MINUTE
              or not set(broken.content['classes']) <= set(rule['classes'])):
            yield broken, 'break-glass', 'The glass was broken for longer, or for more, than the trust policy allows.'


def stops_and_lifts(log):
    """The server may stop for a person; one person for another may not. Only another person lifts it."""
    for stop in log.said('stop'):
        if stop.who['role'] == 'person' and stop.name != stop.content['person']:
            yield stop, 'stop', 'Somebody stopped in the name of another person.'
    for lift in log.said('stop-lift'):
        if not is_sound_lift(log, lift):
            yield lift, 'stop-lift', 'The stop was lifted by whoever had stopped, in another name, or there was none.'


def restores(log, decisions, origin, roots):
    """The log goes on from a backup only as the officer has decided, in the first entry after exactly what is left."""
    for restore in log.said('log-restore'):
        if not is_decided(restore, decisions, origin, roots):
            yield (restore, 'log-restore', 'The log was restored from a backup, and the officer has not decided that, for '
                   'this log, after exactly these entries and for exactly this loss.')


LOSS = ('size', 'root', 'lost', 'lostRoot')


def is_decided(restore, decisions, origin, roots):
    decision, signature = decisions.get(restore.subject, (None, None))
    said = restore.content
    return (decision is not None and signature == said['signature'] and decision['origin'] == origin
            and restore.index == said['size'] and all(decision[name] == said[name] for name in LOSS)
            # What stands before it was not rewritten along with the restore.
            and restore.index in roots and 'sha256:' + roots[restore.index].hex() == said['root'])


# ---------------------------------------------------------------------------------------------------------------------
# Step 8: openings, index and files of an evidence pack; timestamps
# ---------------------------------------------------------------------------------------------------------------------

# What is in a pack without being in its manifest: the manifest itself, and what is made from or about it.
OUTSIDE_MANIFEST = ('MANIFEST.json', 'MANIFEST.dsse.json', 'MANIFEST.tlog-proof', 'SHA256SUMS')
# Kinds whose subject is the digest of the very document that they commit to.
ABOUT_THEIR_DOCUMENT = ('plan', 'request', 'egress')


class Pack:
    """What a pack says beside its log: a manifest, and an index and openings in the order of the entries."""

    def __init__(self, path, report):
        self.folder, self.report = Folder(path), report
        self.manifest = self.read_manifest()
        self.index = Lines(self.folder, 'index.jsonl')
        self.openings = Lines(self.folder, 'blobs/openings.jsonl')
        self.next_opening = self.last_place = None
        self.shredded, self.withheld = set(), Counter()
        self.begins = self.ends = None      # of what is here, by the clocks of servers
        self.is_readable = self.manifest is not None
        if self.is_readable:
            self.advance_opening()

    def read(self, index, entry):
        """One entry that is here: its line of the index, and what is shown of its blob."""
        if self.is_readable and entry.problem:
            self.is_readable = False
            self.report.find('index', 'The log cannot be read to its end.', file='index.jsonl')
        if not self.is_readable:
            return
        self.read_index(index, entry)
        if entry.kind == 'blob-shred':
            self.shredded.add(entry.subject)
        commitment = commitment_of(entry)
        is_listed = commitment is None
        while self.next_opening and self.next_opening['entry'] <= index:
            opening = self.next_opening
            if opening['entry'] == index and opening['commitment'] == commitment:
                self.open(opening, entry)
                is_listed = True
            else:
                self.unknown(opening)
            self.advance_opening()
        if not is_listed:
            self.report.find('blob-unlisted', 'What the entry commits to is neither shown nor said to be withheld.', index,
                             'blobs/openings.jsonl')

    def span(self, time):
        self.begins = self.begins or time
        self.ends = max(self.ends or time, time)

    def read_index(self, index, entry):
        expected = canonical({'index': index, 'kind': entry.kind, 'principal': entry.key_id.split('/')[0], 'run': entry.run,
                              'subject': entry.subject, 'time': entry.time}).encode()
        while self.index.next is not None and self.index.next != expected:
            named = index_in(self.index.next)
            if named is not None and named > index:
                break
            if named == index:
                self.report.find('index', 'The line of this entry says something else than the entry.', index, 'index.jsonl')
                self.index.advance()
                return
            self.too_many()
        if self.index.next == expected:
            self.index.advance()
        else:
            self.report.find('index', 'The index has no line about this entry.', index, 'index.jsonl')

    def too_many(self):
        self.report.find('index', 'A line is about no entry that is here, or out of order.', file='index.jsonl')
        self.index.advance()

    def advance_opening(self):
        """The next opening, without lines that are none and those that stand twice or out of order."""
        self.next_opening = None
        while self.next_opening is None and self.openings.next is not None:
            try:
                opening = parse_canonical(self.openings.next)
            except Unsound:
                opening = None
            self.openings.advance()
            if OPENING(opening) is not None:
                self.report.find('blob-unknown', 'A line is no opening.', file='blobs/openings.jsonl')
                continue
            place = opening['entry'], opening['commitment']
            if self.last_place is not None and place <= self.last_place:
                self.unknown(opening)
                continue
            self.next_opening, self.last_place = opening, place

    def open(self, opening, entry):
        """SHA-256("duovir/commit/v1\\0" || salt || content) is what the entry commits to."""
        if 'withheld' in opening:
            self.withheld[opening['commitment']] += 1
            return
        content = base64.b64decode(opening['content'])
        commitment = digest_of(b'duovir/commit/v1\0' + bytes.fromhex(opening['salt']) + content)
        is_itself = entry.kind not in ABOUT_THEIR_DOCUMENT or digest_of(content) == entry.subject
        is_same = commitment == opening['commitment'] and is_itself
        self.report.blobs['opened' if is_same else 'mismatch'] += 1
        if not is_same:
            self.report.find('blob-mismatch', 'What is shown is not what the entry commits to: somebody has exchanged it.',
                             opening['entry'])

    def unknown(self, opening):
        self.report.find('blob-unknown', 'An opening names an entry that is not here, or something that the entry does not '
                         'commit to, or is there twice.', opening['entry'])

    def finish(self, log, trust, newest, in_force):
        if self.manifest is None:
            return
        while self.is_readable and self.index.next is not None:
            self.too_many()
        while self.is_readable and self.next_opening:
            self.unknown(self.next_opening)
            self.advance_opening()
        for commitment, times in self.withheld.items():
            self.report.blobs['shredded' if commitment in self.shredded else 'withheld'] += times
        for state, sentence in (('withheld', 'is not shown'), ('shredded', 'is destroyed; entries say by whom')):
            if self.report.blobs[state]:
                self.report.remark(f'blob-{state}', f'Of {self.report.blobs[state]} blobs the content {sentence}.',
                                   file='blobs/openings.jsonl')
        self.compare_about(trust, newest)
        self.compare_files(self.manifest)
        self.compare_period(self.manifest, self.check_signature(self.manifest, in_force))

    def read_manifest(self):
        try:
            self.raw_manifest = self.folder.read('MANIFEST.json', 512 * MEBIBYTE, 'manifest') or b''
            manifest = parse_canonical(without_end(self.raw_manifest))
            place = MANIFEST(manifest)
            paths = [file['path'] for file in manifest['files']] if place is None else []
            if place is not None or paths != sorted(set(paths)) or any('..' in path for path in paths):
                raise Unsound('manifest', f'It is no manifest: see {place or "/files"}.')
            return manifest
        except Unsound as broken:
            self.report.find('manifest', broken.consequence, file='MANIFEST.json')
            return None

    def compare_about(self, trust, newest):
        """What the manifest says about the log has to be what the log says about itself."""
        expected = {'organisation': trust.newest['organisation'], 'origin': newest.origin, 'size': newest.size,
                    'root': base64.b64encode(newest.root).decode(), 'first': self.report.first}
        for name, value in expected.items():
            if self.manifest[name] != value:
                self.report.find('manifest', f'It says {name} {self.manifest[name]}, the log beside it {value}: it is about '
                                 'another log.', file='MANIFEST.json')

    def compare_files(self, manifest):
        """Each file is there and has its hash; none is there that is not in it. Links lead elsewhere and are no files."""
        present = set()
        for folder, folders, files in os.walk(self.folder.root):
            for name in files + [one for one in folders if os.path.islink(os.path.join(folder, one))]:
                present.add(os.path.relpath(os.path.join(folder, name), self.folder.root).replace(os.sep, '/'))
        for file in manifest['files']:
            found = hash_of_file(os.path.join(self.folder.root, *file['path'].split('/'))) if file['path'] in present else None
            if found != (file['bytes'], file['sha256']):
                self.report.find('manifest-file', 'The file is not the one of the manifest, or is gone.', file=file['path'])
        sums = ''.join(f'{sha256}  {path}\n' for path, sha256 in [
            *((file['path'], file['sha256']) for file in manifest['files']),
            ('MANIFEST.json', hashlib.sha256(self.raw_manifest).hexdigest())])
        if hash_of_file(os.path.join(self.folder.root, 'SHA256SUMS')) != (len(sums), hashlib.sha256(sums.encode()).hexdigest()):
            self.report.find('manifest-file', 'It does not have the checksums of the manifest.', file='SHA256SUMS')
        for path in sorted(present - {file['path'] for file in manifest['files']} - set(OUTSIDE_MANIFEST)):
            self.report.find('manifest-file', 'The file is not in the manifest.', file=printable(path))

    def check_signature(self, manifest, in_force):
        """A server of the policy in force at the end has said so, as an entry of the log behind what the pack holds."""
        try:
            raw = without_end(self.folder.read('MANIFEST.dsse.json', MEBIBYTE) or b'')
            entry = read_entry(raw, {key_id: [key] for key_id, (_, key) in in_force.speakers.items()})
            if entry.problem:
                raise Unsound(*entry.problem)
            if not entry.holds or in_force.speakers[entry.key_id][0]['role'] != 'server':
                raise Unsound('', 'No server of the trust policy in force has signed it.')
            if (entry.kind, entry.run, entry.subject) != ('evidence-export', 'duovir', digest_of(self.raw_manifest)) or \
                    any(manifest[name] != entry.content[name] for name in ('scope', 'from', 'to', 'size', 'first')):
                raise Unsound('', 'The server has signed another manifest.')
            index, path, note = parse_proof(self.folder.read('MANIFEST.tlog-proof', MEBIBYTE) or b'')
            _, size, root = open_note(note, in_force)
            if root_from_path(index, size, hashlib.sha256(b'\0' + raw).digest(), path) != root:
                raise Unsound('', 'The export is not proven to be an entry of the log.')
            if index < manifest['size']:
                raise Unsound('', 'The export is said to have been before what it exports.')
            return index, entry.time
        except Unsound as broken:
            self.report.find('manifest-signature', broken.consequence, file='MANIFEST.dsse.json')
            return None

    def compare_period(self, manifest, stated):
        """Which part of a log belongs to a period nobody has signed: its first days could be left out, or its last."""
        first, begins, ends = manifest['first'], manifest['from'], manifest['to']
        if first > 0 and (begins is None or self.begins is None or self.begins >= begins):
            self.report.find('period', f'What is here begins with entry {first}, and not before the period: the beginning of it '
                             'may be missing.', file='MANIFEST.json')
        if stated is None:
            return
        index, time = stated
        over = float('inf') if ends is None else milliseconds(ends) + LATE
        needed = min(over, milliseconds(time) - MAKING)
        if index > manifest['size'] and (self.ends is None or milliseconds(self.ends) < needed):
            self.report.find('period', f'What is here ends at {self.ends or "no time"}, {index - manifest["size"]} entries before '
                             'its export: the end of the period may be missing.', file='MANIFEST.json')
        ready = over if index == manifest['size'] else over + MAKING
        if (begins is not None and begins > time) or (ends is not None and ready > milliseconds(time)):
            self.report.remark('period', f'Exported at {time}: too soon to have all of the period.', file='MANIFEST.json')


class Lines:
    """The lines of a file, without their ends; none of a file that is not there, for the manifest says that it has to be."""

    def __init__(self, folder, path):
        self.file, self.next = None, None
        full = os.path.join(folder.root, path)
        if os.path.isfile(full):
            self.file = open(full, 'rb')
            self.advance()

    def advance(self):
        line = self.file.readline(256 * MEBIBYTE)
        self.next = without_end(line) if line else None
        if not line:
            self.file.close()


def without_end(raw):
    return raw[:-1] if raw.endswith(b'\n') else raw


def index_in(line):
    """The index that a line of an index names, whatever else is in it."""
    try:
        value = json.loads(line)
        index = value.get('index') if type(value) is dict else None
    except (ValueError, RecursionError):
        return None
    return index if type(index) is int and 0 <= index <= MAX_SAFE else None


def commitment_of(said):
    """A reviewer's `commitment` is to its own opinion, which follows as an entry: there is nothing behind it to be opened."""
    return said.content.get('commitment') if said.kind != 'commitment' else None


def hash_of_file(path):
    """(size, SHA-256) of a plain file, else None."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        size, whole = 0, hashlib.sha256()
        with open(path, 'rb') as file:
            for piece in iter(lambda: file.read(MEBIBYTE), b''):
                size += len(piece)
                whole.update(piece)
        return size, whole.hexdigest()
    except OSError:
        return None


def parse_proof(raw):
    """C2SP tlog-proof: (index, audit path, checkpoint), nothing of it checked."""
    head, gap, note = raw.partition(b'\n\n')
    lines = head.decode('ascii', 'replace').split('\n')
    if len(lines) > 1 and re.fullmatch('extra (?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?', lines[1]):
        del lines[1]    # Nothing covers it, so nothing may depend on it.
    index = decimal(lines[1][len('index '):]) if len(lines) > 1 and lines[1].startswith('index ') else None
    path = [strict_base64(line) for line in lines[2:]]
    if lines[0] != 'c2sp.org/tlog-proof@v1' or not gap or index is None or len(path) > 63 or \
            any(one is None or len(one) != HASH for one in path):
        raise Unsound('proof', 'It is not a tlog-proof.')
    return index, path, note


def root_from_path(index, size, leaf, path):
    """RFC 9162, 2.1.3.2; None for a path that is too long, too short, or outside the tree."""
    if index >= size:
        return None
    node, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            value = hashlib.sha256(b'\1' + sibling + value).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = hashlib.sha256(b'\1' + value + sibling).digest()
        node, last = node >> 1, last >> 1
    return value if last == 0 else None


def root_before(index, size, path):
    """The root of the leaves before `index`: what stands to the left of a path that holds are the subtrees of that tree."""
    node, last, value = index, size - 1, None
    for sibling in path:
        if node & 1 or node == last:
            value = sibling if value is None else hashlib.sha256(b'\1' + sibling + value).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    return hashlib.sha256(b'').digest() if value is None else value


# RFC 3161

def step_8_anchors(log, newest, tsa_ca, report):
    """Each timestamp is over the checkpoint beside it. (size, time) of those by the authorities whose certificates are given."""
    anchors, names = [], log.names('anchors')
    for name in names:
        try:
            size = decimal(name[:-4]) if name.endswith('.tsr') else None
            file = f'checkpoints/{size}' if log.read(f'checkpoints/{size}', MEBIBYTE) is not None else 'checkpoint'
            checkpoint = log.read(file, MEBIBYTE)
            if size is None or checkpoint is None or (file == 'checkpoint' and size != newest.size):
                raise Unsound('', 'There is no checkpoint of this size beside the timestamp.')
            time, imprint = read_timestamp(log.read(f'anchors/{name}', 65_536) or b'')
            if imprint != hashlib.sha256(checkpoint).digest():
                raise Unsound('', 'It is over something else than this checkpoint.')
            ask_openssl(log, f'anchors/{name}', file, time, tsa_ca)
            anchors.append((size, time))
        except Unsound as broken:
            report.find('anchor', broken.consequence, file=log.name(f'anchors/{name}'))
    if not names:
        report.remark('anchor', 'No authority outside has put a time to any checkpoint.')
    elif shutil.which('openssl') is None:
        report.remark('anchor', 'There is no openssl here: the signatures of timestamps were not looked at.')
    elif anchors and not tsa_ca:
        report.remark('anchor', f'{len(anchors)} timestamps agree with their checkpoints; whose they are was not asked '
                      '(--tsa-ca).')
    return sorted(anchors) if tsa_ca and shutil.which('openssl') else []


def ask_openssl(log, response, checkpoint, time, tsa_ca):
    """With certificates: by one of them, valid at that time. Without: its signature holds, whoever made it."""
    openssl = shutil.which('openssl')
    if openssl is None:
        return
    response, checkpoint = (os.path.abspath(os.path.join(log.root, path)) for path in (response, checkpoint))

    def run(*arguments, given=b''):
        try:
            done = subprocess.run([openssl, *arguments], input=given, capture_output=True, timeout=60)
        except (OSError, subprocess.SubprocessError):
            raise Unsound('', 'openssl gives no answer about it.') from None
        if done.returncode != 0:
            raise Unsound('', 'The timestamp does not hold, says openssl.')
        return done.stdout

    if tsa_ca:
        run('ts', '-verify', '-data', checkpoint, '-in', response, '-CAfile', tsa_ca, '-attime', str(time // 1000))
    else:
        token = run('ts', '-reply', '-in', response, '-token_out')
        run('cms', '-verify', '-inform', 'DER', '-noverify', '-binary', '-out', os.devnull, given=token)


GENERALIZED_TIME = '([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(?:[.]([0-9]+))?Z'


def read_timestamp(raw):
    """(milliseconds since 1970, SHA-256 of what existed by then) of a response that grants one (RFC 3161, 2.4.2; RFC 5652)."""
    try:
        (response,) = der_parts(raw)
        status, token = der_parts(response.content)
        content_type, wrapped = der_parts(token.content)
        (signed_data,) = der_parts(wrapped.content)
        _, _, encapsulated, *rest = der_parts(signed_data.content)
        (octets,) = der_parts(der_parts(encapsulated.content)[1].content)
        (information,) = der_parts(octets.content)
        _, _, imprint, _, stated = der_parts(information.content)[:5]
        algorithm, digest = der_parts(imprint.content)
        is_granted = der_parts(status.content)[0].content in (b'\0', b'\1')
        is_sha256 = der_parts(algorithm.content)[0].content == bytes.fromhex('608648016503040201')
        is_signed_data = content_type.content == bytes.fromhex('2a864886f70d010702')
        certificates = [one.whole for part in rest[:-1] if part.tag == 0xa0 for one in der_parts(part.content)]
        time = re.fullmatch(GENERALIZED_TIME, stated.content.decode())
        if is_granted and is_sha256 and is_signed_data and time and names_its_certificate(rest[-1].content, certificates):
            year, month, day, hour, minute, second, fraction = time.groups()
            text_of_time = f'{year}-{month}-{day}T{hour}:{minute}:{second}.{((fraction or "") + "000")[:3]}Z'
            if time_form(text_of_time) is None:
                return milliseconds(text_of_time), digest.content
    except (IndexError, ValueError):
        pass
    raise Unsound('', 'It is no timestamp over a SHA-256 digest, or comes without the certificate that it names.')


def names_its_certificate(signer, certificates):
    """Else another certificate over the same key could be put in the place of the signer's (RFC 5816: ESSCertID)."""
    return any(hashlib.new(name, certificate).digest() in signer
               for certificate in certificates for name in ('sha1', 'sha256', 'sha384', 'sha512'))


class Der(NamedTuple):
    tag: int
    content: bytes
    whole: bytes


def der_parts(raw):
    """What stands one after the other: ITU-T X.690, definite lengths."""
    parts, at = [], 0
    while at < len(raw):
        start, tag, size, at = at, raw[at], raw[at + 1], at + 2
        if size & 0x80:
            size, at = int.from_bytes(raw[at:at + (size & 0x7f)], 'big'), at + (size & 0x7f)
        if at + size > len(raw):
            raise ValueError('cut off')
        parts.append(Der(tag, raw[at:at + size], raw[start:at + size]))
        at += size
    return parts


# ---------------------------------------------------------------------------------------------------------------------
# Files: what is in the folder may be anything, and of any size
# ---------------------------------------------------------------------------------------------------------------------

class InFile(Unsound):
    def __init__(self, file, rule, consequence):
        super().__init__(rule, consequence)
        self.file = file


class Folder:
    def __init__(self, root, prefix=''):
        self.root, self.prefix = root, prefix

    def name(self, path):
        """As findings name a file: below the folder that was given."""
        return printable(self.prefix + path)

    def read(self, path, limit, rule='readable'):
        """The bytes of a regular file; None if there is none."""
        full = os.path.join(self.root, path)
        try:
            if not stat.S_ISREG(os.stat(full).st_mode):
                raise InFile(self.name(path), rule, 'It is not a file.')
            with open(full, 'rb') as file:
                raw = file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise InFile(self.name(path), rule, f'It cannot be read: {type(error).__name__}.') from None
        if len(raw) > limit:
            raise InFile(self.name(path), rule, f'It has more than {limit} bytes.')
        return raw

    def names(self, path):
        try:
            return sorted(os.listdir(os.path.join(self.root, path)))
        except OSError:
            return []


def printable(path):
    return path.encode('utf-8', 'backslashreplace').decode('utf-8')[:512]


def tile_path(level, number, width=TILE_WIDTH):
    """C2SP tlog-tiles: index 1234067 is `x001/x234/067`."""
    parts = [f'{number % 1000:03}']
    while number >= 1000:
        number //= 1000
        parts.insert(0, f'x{number % 1000:03}')
    return f'tile/{level}/{"/".join(parts)}' + (f'.p/{width}' if width < TILE_WIDTH else '')


def read_tile(log, level, number, width):
    """Exactly as many hashes as the name says; a full tile may stand for a partial one."""
    raw, is_full = read_widest(log, level, number, width, 'tile-readable', TILE_WIDTH * HASH)
    if len(raw) != (TILE_WIDTH if is_full else width) * HASH:
        raise Unsound('tile-readable', f'{tile_path(level, number, width)} has {len(raw)} bytes.')
    return raw[:width * HASH]


def read_entries(log, number, width):
    """The entries of a bundle, each behind its length in two bytes, most significant first."""
    raw, is_full = read_widest(log, 'entries', number, width, 'bundle-readable', TILE_WIDTH * (2 + 0xffff))
    entries, at = [], 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at:at + 2], 'big')
        if at + 2 > len(raw) or end > len(raw):
            raise Unsound('bundle-readable', f'The entry at byte {at} is cut off.')
        entries.append(raw[at + 2:end])
        at = end
        if len(entries) > TILE_WIDTH:
            break
    if len(entries) != (TILE_WIDTH if is_full else width):
        raise Unsound('bundle-readable', f'{tile_path("entries", number, width)} has {len(entries)} entries.')
    return entries[:width]


def read_widest(log, level, number, width, rule, limit):
    exact = log.read(tile_path(level, number, width), limit, rule)
    if exact is not None:
        return exact, width == TILE_WIDTH
    full = log.read(tile_path(level, number), limit, rule) if width < TILE_WIDTH else None
    if full is None:
        raise Unsound(rule, f'{tile_path(level, number, width)} is missing.')
    return full, True


def hash_at(row, position):
    return row[position * HASH:(position + 1) * HASH]


class Bundle(NamedTuple):
    """Up to 256 entries, as the bundle has them and as the level-0 tile has them."""
    entries: list
    entry_hashes: bytes
    tile_hashes: bytes
    entry_root: Optional[bytes]
    tile_root: Optional[bytes]
    unreadable: list    # (level, reason): named once; the other side stands in so that the rest can still be judged


def read_bundle(log, keys, number, width):
    entries, hashes, tile, unreadable = [], None, None, []
    try:
        tile = read_tile(log, 0, number, width)
    except Unsound as broken:
        unreadable.append((0, broken.consequence))
    try:
        raw = read_entries(log, number, width)
        hashes = b''.join(hashlib.sha256(b'\0' + one).digest() for one in raw)
        entries = [read_entry(one, keys) for one in raw]
    except Unsound as broken:
        unreadable.append(('entries', broken.consequence))
    tile = tile or hashes or bytes(width * HASH)
    hashes = hashes or tile
    root = subtree_root(hashes) if width == TILE_WIDTH else None
    tile_root = root if hashes == tile else subtree_root(tile) if width == TILE_WIDTH else None
    return Bundle(entries, hashes, tile, root, tile_root, unreadable)


def read_bundles(log, trust, first, size):
    """(number, bundle) in order. Signatures take the time, so several processes read; few bundles wait at once."""
    jobs = ((number, min(TILE_WIDTH, size - number * TILE_WIDTH))
            for number in range(first // TILE_WIDTH, -(-size // TILE_WIDTH)))
    pool = open_pool(log, trust.keys) if size - first > WORTH_A_POOL else None
    if pool is None:
        for number, width in jobs:
            yield number, read_bundle(log, trust.keys, number, width)
        return
    with pool:
        waiting = deque()
        for number, width in jobs:
            waiting.append((number, pool.submit(pooled_bundle, number, width)))
            if len(waiting) > 4 * WORKERS:
                done, answer = waiting.popleft()
                yield done, answer.result()
        for done, answer in waiting:
            yield done, answer.result()


WORKERS = os.cpu_count() or 1
WORTH_A_POOL = 2000     # Entries below which processes take longer to start than the log to read.
_pooled = []


def open_pool(log, keys):
    try:
        return ProcessPoolExecutor(WORKERS, initializer=start_worker, initargs=(log, keys))
    except (ImportError, NotImplementedError, OSError):
        # No semaphores here: one process does it all.
        return None


def start_worker(log, keys):
    _pooled[:] = [log, keys]


def pooled_bundle(number, width):
    return read_bundle(*_pooled, number, width)


# ---------------------------------------------------------------------------------------------------------------------
# Canonical JSON, RFC 8785
# ---------------------------------------------------------------------------------------------------------------------

MAX_SAFE = (1 << 53) - 1


class Real:
    """A number that is no integer below 2^53: no schema here has one, and its canonical text is that of ECMAScript."""

    def __init__(self, text):
        self.value = float(text)
        if self.value in (float('inf'), float('-inf')):
            raise ValueError('beyond the numbers')


def read_integer(text):
    if len(text) < 18 and text != '-0' and abs(int(text)) <= MAX_SAFE:
        return int(text)
    return Real(text)


def refuse_constant(text):
    raise ValueError(f'{text} is no JSON')


DECODER = json.JSONDecoder(parse_int=read_integer, parse_float=Real, parse_constant=refuse_constant)
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(',', ':'), sort_keys=True, check_circular=False)


def parse_canonical(raw, rule_if_too_deep='canonical-json-invalid'):
    """Refuses every text that is not its own canonical form: duplicate keys, odd numbers, white space, lone surrogates."""
    try:
        text = raw.decode('utf-8')
        value = DECODER.decode(text)
        same = canonical(value)
        same.encode('utf-8')
    except ValueError:
        raise Unsound('canonical-json-invalid', 'The text is not JSON, or cannot be written canonically.') from None
    except RecursionError:
        raise Unsound(rule_if_too_deep, 'It is nested deeper than any schema.') from None
    if same != text:
        raise Unsound('envelope-not-canonical', 'The JSON text is not in canonical form.')
    return value


def canonical(value):
    """The canonical text. The standard encoder escapes as RFC 8785 does; it sorts names otherwise only beyond ASCII."""
    try:
        text = ENCODER.encode(value)
        if text.isascii():
            return text
    except TypeError:
        pass    # A Real: written below.
    return write_canonical(value)


def write_canonical(value):
    if type(value) is dict:
        names = sorted(value, key=lambda name: name.encode('utf-16-be', 'surrogatepass'))
        return '{' + ','.join(f'{write_canonical(name)}:{write_canonical(value[name])}' for name in names) + '}'
    if type(value) is list:
        return '[' + ','.join(map(write_canonical, value)) + ']'
    return ecmascript_number(value.value) if type(value) is Real else ENCODER.encode(value)


def ecmascript_number(value):
    """ECMA-262 Number::toString: the shortest digits that read back as the same double, as Python's repr has them too."""
    if value == 0:
        return '0'
    sign, mantissa = ('-', repr(-value)) if value < 0 else ('', repr(value))
    mantissa, _, exponent = mantissa.partition('e')
    whole, _, fraction = mantissa.partition('.')
    fraction = '' if fraction == '0' else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip('0')
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip('0')
    if len(digits) <= point <= 21:
        return sign + digits + '0' * (point - len(digits))
    if 0 < point <= 21:
        return f'{sign}{digits[:point]}.{digits[point:]}'
    if -6 < point <= 0:
        return f'{sign}0.{"0" * -point}{digits}'
    rest = f'.{digits[1:]}' if len(digits) > 1 else ''
    return f'{sign}{digits[0]}{rest}e{"+" if point > 0 else "-"}{abs(point - 1)}'


def digest_of(raw):
    return 'sha256:' + hashlib.sha256(raw).hexdigest()


def decimal(text):
    """A canonical decimal below 2^53; no signs, leading zeroes or exponents."""
    return int(text) if re.fullmatch('0|[1-9][0-9]{0,15}', text) and int(text) <= MAX_SAFE else None


def strict_base64(text):
    """Standard base64 with padding and without stray bits: one value has one text."""
    try:
        raw = base64.b64decode(text.encode('ascii'), validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def milliseconds(time):
    """Since 1970, of a time that its form has checked."""
    year, month, day = int(time[:4]), int(time[5:7]), int(time[8:10])
    # Days of a calendar whose years begin in March, so that a leap day is the last one.
    shifted = year - (month < 3)
    days = 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day - 719469
    return (((days * 24 + int(time[11:13])) * 60 + int(time[14:16])) * 60 + int(time[17:19])) * 1000 + int(time[20:23])


# ---------------------------------------------------------------------------------------------------------------------
# Closed schemas. A form gives None for a value inside it, else the place (a JSON pointer) where it is not.
# ---------------------------------------------------------------------------------------------------------------------

def text(pattern, longest=None):
    matches = re.compile(pattern).fullmatch

    def form(value):
        return None if type(value) is str and matches(value) and (longest is None or units(value) <= longest) else ''
    return form


def units(value):
    """Length in UTF-16 code units."""
    return len(value) if value.isascii() else len(value.encode('utf-16-be', 'surrogatepass')) // 2


def words(longest, shortest=0):
    return lambda value: None if type(value) is str and shortest <= units(value) <= longest else ''


def one_of(*options):
    return lambda value: None if type(value) is str and value in options else ''


def integer(low, high=MAX_SAFE):
    return lambda value: None if type(value) is int and low <= value <= high else ''


def boolean(value):
    return None if type(value) is bool else ''


def nullable(form):
    return lambda value: None if value is None else form(value)


def rows(form, high, low=0):
    def check(value):
        if type(value) is not list or not low <= len(value) <= high:
            return ''
        for at, item in enumerate(value):
            place = form(item)
            if place is not None:
                return f'/{at}{place}'
        return None
    return check


def closed(required, optional=()):
    """An object with these members and no others."""
    forms = {**required, **dict(optional)}

    def check(value):
        if type(value) is not dict:
            return ''
        for name in required:
            if name not in value:
                return f'/{name}'
        for name, item in value.items():
            place = forms[name](item) if name in forms else ''
            if place is not None:
                return f'/{name[:64]}{place}'
        return None
    return check


def by_kind(**forms):
    """One of several closed objects, told apart by `kind`."""
    checks = {kind.replace('_', '-'): closed({'kind': one_of(kind.replace('_', '-')), **members})
              for kind, members in forms.items()}

    def check(value):
        kind = value.get('kind') if type(value) is dict else None
        return checks[kind](value) if type(kind) is str and kind in checks else '/kind'
    return check


def time_form(value):
    """UTC with milliseconds, on a day that the calendar has."""
    match = TIME(value) if type(value) is str else None
    if not match:
        return ''
    year, month, day, hour, minute, second = map(int, match.groups())
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    is_date = 1 <= month <= 12 and 1 <= day <= days[month - 1]
    return None if is_date and hour < 24 and minute < 60 and second < 60 else ''


TIME = re.compile(r'([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.[0-9]{3}Z').fullmatch
NAME = text('[a-z][a-z0-9-]{0,62}')
STEP = NAME
RUN_ID = text('run-[a-z2-7]{20}')
CALL_ID = text('call-[a-z2-7]{26}')
DIGEST = text('sha256:[0-9a-f]{64}')
IDENTIFIER = text('[a-z0-9-]+', 96)
RULE = text(r'[a-z0-9-]+(?:\.[a-z0-9-]+)*', 96)
CATALOGUE_NAME = text('[a-z0-9-]+(?:[./][a-z0-9-]+)*', 128)
KEY_ID = text('[a-z][a-z0-9-]*/[0-9a-f]{16}', 96)
POLICY_PLACE = text('(?:/[A-Za-z0-9._:@-]{1,96})*', 256)
BASE64 = text('(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?')
RAW_KEY = text('[A-Za-z0-9+/]{43}=')
PORT = integer(1, 65_535)
COUNT = integer(0, 1_000_000)
SIZE = integer(0)
CAUSES = rows(text('[\x21-\x7e]+', 256), 16)
RISK_CLASS = one_of(*CLASSES)
SEVERITY = one_of(*SEVERITIES)
OPINION = one_of('approve', 'reject', 'abstain')
OUTCOME = one_of('succeeded', 'failed', 'unknown')
PURPOSE = one_of('apply', 'compensate')
CALL_PURPOSE = one_of('plan', 'revise', 'rebut', 'review', 'diagnose')
DATA_CLASS = one_of('public', 'internal', 'confidential', 'cardholder')
ACCESS = one_of('read', 'request', 'approve', 'stop', 'administer', 'audit')
ROLE = one_of('server', 'planner', 'reviewer', 'healer', 'runner', 'attestor', 'witness', 'person')
PROVIDER = one_of('anthropic', 'openai', 'google', 'vertex', 'bedrock', 'azure', 'openai-compatible')
ORIGIN = one_of('socket', 'loopback', 'network')
PLACEHOLDERS = ('secret', 'key', 'card', 'iban', 'email', 'host', 'ip', 'schema', 'table', 'column')
FINDING = closed({'id': IDENTIFIER, 'rule': RULE, 'severity': SEVERITY, 'step': nullable(STEP), 'evidenced': boolean})
THOUGHT = {'brain': one_of('playbook', 'model'), 'tokens': integer(0), 'calls': rows(CALL_ID, 16)}
AMOUNT = {'tokens': integer(0), 'microUsd': integer(0)}

ENVELOPE = closed({'payload': BASE64, 'payloadType': one_of('application/vnd.in-toto+json'),
                   'signatures': rows(closed({'keyid': words(160), 'sig': BASE64}), 1, 1)})
STATEMENT = closed({
    '_type': one_of('https://in-toto.io/Statement/v1'),
    'subject': rows(closed({'name': text('run-[a-z2-7]{20}|duovir'), 'digest': closed({'sha256': text('[0-9a-f]{64}')})}), 1, 1),
    'predicateType': text('urn:duovir:[a-z-]+:v1'),
    'predicate': closed({'time': time_form, 'content': lambda value: None})})

# Each kind of entry: the roles that may state it (Invariant 2), and its content.
KINDS = {kind: (roles.split(), closed(content)) for kind, roles, content in (
    ('log-start', 'server', {'trustPolicy': DIGEST}),
    ('log-stop', 'server', {}),
    ('request', 'server', {'requester': NAME, 'commitment': DIGEST, 'intent': nullable(DIGEST)}),
    ('intent', 'person', {'requester': NAME, 'trustPolicy': DIGEST}),
    ('plan', 'planner healer',
     {'revision': COUNT, 'pack': NAME, 'playbook': CATALOGUE_NAME, 'commitment': DIGEST, **THOUGHT}),
    ('plan-refusal', 'planner',
     {'reason': one_of('goal-unknown', 'inputs-invalid', 'goal-ambiguous', 'model-refused'), 'commitment': DIGEST, **THOUGHT}),
    ('clarification', 'planner', {'commitment': DIGEST, **THOUGHT}),
    ('clarification-answer', 'server', {'person': NAME, 'commitment': DIGEST}),
    ('motion', 'server',
     {'kind': one_of('plan', 'heal'), 'revision': COUNT, 'riskClass': RISK_CLASS, 'reasons': rows(RULE, 64),
      'trustPolicy': DIGEST, 'evidence': DIGEST, 'envelope': nullable(IDENTIFIER), 'previous': nullable(DIGEST),
      'state': nullable(DIGEST)}),
    ('checks', 'server', {'passed': boolean, 'findings': rows(FINDING, 64), 'commitment': DIGEST}),
    ('commitment', 'reviewer', {'round': COUNT, 'commitment': DIGEST}),
    ('opinion', 'reviewer',
     {'round': COUNT, 'phase': one_of('blind', 'second'), 'verdict': OPINION, 'findings': rows(FINDING, 64),
      'abstention': nullable(one_of('nothing-known', 'nothing-found', 'no-answer', 'budget', 'not-allowed')),
      'changedFrom': nullable(OPINION), 'because': CAUSES, 'shown': DIGEST, 'evidence': DIGEST, 'trustPolicy': DIGEST,
      'mandate': NAME, 'commitment': DIGEST, **THOUGHT}),
    ('rebuttal', 'planner healer',
     {'round': COUNT, 'answers': rows(closed({'finding': IDENTIFIER, 'kind': one_of('fix', 'refute', 'ask-person'),
                                              'evidence': CAUSES}), 64), 'commitment': DIGEST, **THOUGHT}),
    ('finding-check', 'server',
     {'check': IDENTIFIER, 'finding': IDENTIFIER, 'rule': RULE, 'step': nullable(STEP), 'means': one_of('query', 'probe'),
      'outcome': one_of('confirmed', 'disproved', 'unknown'), 'commitment': DIGEST}),
    ('approval', 'person', {'verdict': one_of('approve', 'reject'), 'trustPolicy': DIGEST}),
    ('verdict', 'server',
     {'verdict': one_of('carried', 'rejected', 'referred'), 'riskClass': RISK_CLASS, 'reason': RULE,
      'opinions': rows(DIGEST, 64), 'approvals': rows(DIGEST, 16), 'breakGlass': rows(DIGEST, 8),
      'counted': closed({'reviewers': COUNT, 'approvals': COUNT, 'groups': COUNT, 'people': COUNT}), 'trustPolicy': DIGEST}),
    ('permit', 'server',
     {'permit': IDENTIFIER, 'step': STEP, 'purpose': PURPOSE, 'attempt': COUNT, 'fence': COUNT, 'motion': DIGEST,
      'verdict': DIGEST, 'trustPolicy': DIGEST, 'issuedAt': time_form, 'expiresAt': time_form}),
    ('refusal', 'runner', {'permit': nullable(IDENTIFIER), 'code': IDENTIFIER}),
    ('receipt', 'runner',
     {'permit': IDENTIFIER, 'step': STEP, 'purpose': PURPOSE, 'attempt': COUNT, 'fence': COUNT,
      'outcome': one_of('succeeded', 'failed'),
      'cause': one_of('exit', 'timeout', 'out-of-memory', 'output-cap', 'cancelled', 'infrastructure', 'not-ready',
                      'sandbox-lost'),
      'exit': nullable(integer(0, 255)), 'stdout': DIGEST, 'stderr': DIGEST, 'startedAt': time_form, 'endedAt': time_form}),
    ('attestation', 'attestor',
     {'about': one_of('reading', 'control', 'step', 'goal', 'confirmation', 'baseline', 'restored', 'target', 'finding'),
      'step': nullable(STEP), 'attempt': COUNT, 'fence': COUNT, 'outcome': OUTCOME,
      'probes': rows(closed({'id': NAME, 'outcome': OUTCOME, 'observed': DIGEST}), 64)}),
    ('diagnosis', 'healer',
     {'step': STEP, 'attempt': COUNT,
      'class': one_of('deterministic', 'transient', 'capacity', 'security', 'infrastructure', 'unknown'),
      'signature': nullable(CATALOGUE_NAME), 'decision': one_of('retry', 'patch', 'undo', 'ask-person'),
      'commitment': DIGEST, **THOUGHT}),
    ('model-question', 'planner reviewer healer',
     {'purpose': CALL_PURPOSE, 'motion': nullable(DIGEST), 'attempt': integer(1, 2),
      'prompt': closed({'name': NAME, 'version': integer(1, 9999), 'digest': DIGEST})}),
    ('egress', 'server',
     {'call': CALL_ID, 'try': integer(1, 16), 'principal': NAME, 'purpose': CALL_PURPOSE, 'question': DIGEST, 'model': NAME,
      'provider': PROVIDER, 'dataClass': DATA_CLASS, 'bytes': integer(0),
      'redactions': closed({}, {kind: COUNT for kind in PLACEHOLDERS}), 'reserved': closed(AMOUNT), 'trustPolicy': DIGEST,
      'commitment': DIGEST}),
    ('egress-end', 'server',
     {'call': CALL_ID, 'try': integer(1, 16), 'outcome': one_of('answered', 'failed', 'aborted', 'unknown'),
      'status': nullable(integer(100, 599)), 'answer': nullable(DIGEST), 'spent': closed(AMOUNT)}),
    ('trust-policy', 'server',
     {'version': integer(1), 'previous': nullable(DIGEST), 'signature': DIGEST,
      'changes': rows(closed({'at': POLICY_PLACE, 'change': one_of('added', 'removed', 'changed')}), 256)}),
    ('principal-enrol', 'server', {'principal': NAME, 'role': ROLE, 'group': NAME, 'key': KEY_ID}),
    ('principal-rotate', 'server', {'principal': NAME, 'key': KEY_ID, 'previous': KEY_ID}),
    ('principal-revoke', 'server', {'principal': NAME, 'key': KEY_ID}),
    # To stop gives nobody anything: the server's word for a person is enough. To go on takes a person's own.
    ('stop', 'server person', {'person': NAME, 'commitment': DIGEST}),
    ('stop-lift', 'person', {'person': NAME}),
    ('break-glass', 'person',
     {'grant': IDENTIFIER, 'until': time_form, 'classes': rows(RISK_CLASS, 3, 1), 'commitment': DIGEST}),
    ('break-glass-end', 'server', {'grant': IDENTIFIER, 'person': NAME}),
    ('token-issue', 'server',
     {'token': IDENTIFIER, 'person': NAME, 'issuer': NAME, 'scopes': rows(ACCESS, 8), 'expiresAt': time_form}),
    ('token-revoke', 'server', {'token': IDENTIFIER, 'person': NAME}),
    ('model-stop', 'server', {'person': NAME, 'commitment': DIGEST}),
    ('model-resume', 'server', {'person': NAME}),
    ('cancellation', 'server person', {'person': NAME}),
    ('settlement', 'server',
     {'outcome': one_of('succeeded', 'undone', 'rejected', 'failed', 'cancelled'), 'reason': RULE, 'steps': COUNT,
      'heals': COUNT, **AMOUNT, 'entries': COUNT, 'chain': DIGEST}),
    ('heartbeat', 'server',
     {'number': integer(1), 'intervalSeconds': integer(1, 86_400), 'clock': one_of('synchronised', 'unsynchronised', 'unknown')}),
    ('audit-read', 'server',
     {'person': NAME, 'what': one_of('ledger', 'evidence', 'egress', 'why'), 'run': nullable(RUN_ID), 'origin': ORIGIN,
      'withinSeconds': integer(0, 86_400)}),
    ('access-refusal', 'server',
     {'person': nullable(NAME), 'action': nullable(ACCESS),
      'reason': one_of('unauthenticated', 'expired', 'out-of-scope', 'not-allowed', 'too-often'),
      'attempts': integer(1, 1_000_000), 'origin': ORIGIN}),
    ('evidence-export', 'server',
     {'person': NAME, 'scope': one_of('all', 'pci'), 'from': nullable(time_form), 'to': nullable(time_form), 'size': SIZE,
      'first': SIZE}),
    ('blob-shred', 'server', {'person': NAME, 'reason': one_of('erasure', 'retention', 'leak')}),
    ('log-restore', 'server', {'size': SIZE, 'root': DIGEST, 'lost': SIZE, 'lostRoot': DIGEST, 'signature': DIGEST}),
)}


def url(longest):
    """http or https with a host."""
    parts = re.compile(r'\s*[Hh][Tt][Tt][Pp][Ss]?://[^\s/\\?#]+\S*\s*').fullmatch
    return lambda value: None if type(value) is str and units(value) <= longest and parts(value) else ''


QUORUM_RULE = closed({
    'reviewers': integer(0, 16), 'approvals': integer(0, 16), 'groups': integer(0, 16), 'adversary': boolean,
    'veto': one_of('high', 'critical'), 'reviewSeconds': integer(1, 600), 'people': integer(0, 8),
    'cardholderPeople': integer(0, 8), 'peopleTimeoutSeconds': integer(1, 2_592_000), 'permitSeconds': integer(1, 14_400)})
PASSKEY = closed({
    'id': text('[A-Za-z0-9_-]+', 1024),
    'publicKey': text('MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==|MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}='),
    'relyingParty': text('[a-z0-9.-]+', 253), 'origins': rows(url(512), 8, 1)})
PRINCIPAL = closed(
    {'name': NAME, 'role': ROLE, 'publicKey': RAW_KEY, 'group': NAME},
    {'mandate': NAME, 'brain': by_kind(playbook={}, model={'model': NAME, 'consult': one_of('when-unsure', 'always')}),
     'team': NAME, 'roles': rows(NAME, 16), 'subject': words(255, 1), 'passkeys': rows(PASSKEY, 8)})
RATE = integer(0, 1_000_000_000)
MODEL = closed(
    {'alias': NAME, 'provider': PROVIDER, 'model': text('[A-Za-z0-9][A-Za-z0-9_.:/@-]*', 256), 'family': NAME,
     'key': by_kind(none={}, env={'name': text('[A-Z_][A-Z0-9_]{0,63}')}, file={'path': text('/(?s:.*)', 1024)},
                    vault={'address': url(512), 'mount': words(128), 'path': words(512), 'field': words(128)},
                    secret_manager={'resource': text('projects/[A-Za-z0-9_-]{1,63}/secrets/[A-Za-z0-9_-]{1,255}/versions/'
                                                     '(?:[0-9]{1,9}|latest)')}),
     'dataClasses': rows(DATA_CLASS, 4),
     'price': by_kind(snapshot={}, fixed={'input': RATE, 'output': RATE, 'cacheRead': RATE, 'cacheWrite': RATE}),
     'maxOutputTokens': integer(16, 131_072), 'timeoutSeconds': integer(1, 3600)},
    {'endpoint': url(512), 'region': text('[a-z0-9-]+', 64), 'project': NAME})
CAP = closed(AMOUNT)
ACCOUNTABLE = one_of('R0', 'R1', 'R2', 'R3')
TRUST_POLICY = closed({
    'apiVersion': one_of('duovir/v1'), 'kind': one_of('TrustPolicy'), 'organisation': words(128, 1), 'version': integer(1),
    'issuedAt': time_form, 'supersedes': nullable(closed({'digest': DIGEST, 'decidedUntil': time_form})),
    'log': closed({'origin': words(128), 'vkey': words(256)}),
    'witnesses': closed({'quorum': integer(1, 8), 'vkeys': rows(words(256), 8, 1)}),
    'principals': rows(PRINCIPAL, 256, 1),
    'quorum': closed({}, {risk_class: QUORUM_RULE for risk_class in CLASSES[:4]}),
    'requests': closed({'signedFrom': ACCOUNTABLE}), 'access': closed({'policies': words(24_576)}),
    'login': nullable(closed({'issuer': url(512), 'clientId': words(255, 1), 'audience': words(255, 1)})),
    'breakGlass': nullable(closed({'people': integer(2, 8), 'minutes': integer(1, 240),
                                   'classes': rows(one_of('R1', 'R2', 'R3'), 3, 1)})),
    'envelopes': rows(closed({
        'id': NAME, 'signature': words(128), 'inputs': rows(words(64), 8, 1),
        'range': closed({'kind': one_of('port'), 'from': PORT, 'to': PORT}),
        'environments': rows(one_of('development', 'staging', 'production'), MAX_SAFE, 1), 'attempts': integer(1, 10)}), 64),
    'heals': closed({'perStep': integer(0, 10), 'perRun': integer(0, 20)}),
    'budget': closed({'day': CAP, 'team': CAP, 'agent': CAP, 'run': CAP, 'motion': CAP, 'landingPercent': integer(0, 90)}),
    'egress': closed({'models': rows(MODEL, 32), 'allowed': rows(DATA_CLASS, 4),
                      'internalDomains': rows(text('[a-z0-9.-]+', 253), 64)})})
SIGNED_POLICY = closed({'kind': one_of('urn:duovir:trust-policy:v1'), 'policy': TRUST_POLICY})
RESTORE_DECISION = closed({
    'apiVersion': one_of('duovir/v1'), 'kind': one_of('RestoreDecision'), 'origin': words(256, 1), 'size': SIZE,
    'root': DIGEST, 'lost': integer(1), 'lostRoot': DIGEST, 'decidedAt': time_form})
PACK_PATH = text('[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*', 256)
MANIFEST = closed({
    'format': one_of('duovir-evidence/v1'), 'organisation': words(128, 1), 'origin': words(256, 1),
    'from': nullable(time_form), 'to': nullable(time_form), 'scope': one_of('all', 'pci'), 'size': SIZE, 'root': RAW_KEY,
    'first': SIZE, 'createdAt': time_form,
    'files': rows(closed({'path': PACK_PATH, 'sha256': text('[0-9a-f]{64}'), 'bytes': SIZE}), 1_000_000)})


def OPENING(value):
    """What an entry commits to: shown, or the reason why not."""
    shown = {'commitment': DIGEST, 'content': BASE64, 'entry': SIZE, 'salt': text('[0-9a-f]{64}')}
    withheld = {'commitment': DIGEST, 'entry': SIZE, 'withheld': one_of('policy', 'missing')}
    return closed(withheld if type(value) is dict and 'withheld' in value else shown)(value)


KEYS_FILE = closed({'format': one_of('duovir-keys/v1'), 'officer': RAW_KEY, 'trustPolicies': rows(ENVELOPE, 1000, 1),
                    'restores': rows(ENVELOPE, 100)})


# ---------------------------------------------------------------------------------------------------------------------
# Signatures
# ---------------------------------------------------------------------------------------------------------------------

def pre_authentication(payload):
    """What DSSE v1 signs: type and lengths too, so that nothing can be taken for something else."""
    return b'DSSEv1 28 application/vnd.in-toto+json %d %s' % (len(payload), payload)


def signature_holds(key, message, signature):
    if key[0] == 'ed25519':
        return ed25519_holds(key[1], message, signature)
    return passkey_holds(key, message, signature)


def ed25519_holds(raw, message, signature):
    """
    RFC 8032 without the cofactor, as OpenSSL, Go and `cryptography` decide it: S below the order of the base point, R
    compared as bytes. Some libraries refuse points of small order, some do not: those are decided here.
    """
    if len(raw) != 32 or len(signature) != 64:
        return False
    if HAS_LIBRARY:
        try:
            library_ed25519(raw).verify(signature, message)
            return True
        except Exception:   # Whatever a library dislikes, it has not said yes.
            if not (is_small_order(raw) or is_small_order(signature[:32])):
                return False
    key, scalar = decode_point(raw), int.from_bytes(signature[32:], 'little')
    if key is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + raw + message).digest(), 'little') % ORDER
    negated = (P - key[0], key[1], key[2], P - key[3])
    return encode_point(add_points(multiply_point(BASE, scalar), multiply_point(negated, challenge))) == signature[:32]


@lru_cache(maxsize=4096)
def library_ed25519(raw):
    return Ed25519PublicKey.from_public_bytes(raw)


P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
# y of the points whose order is 1, 2, 4 or 8.
SMALL_ORDER_Y = (0, 1, P - 1, 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826,
                 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7)


def is_small_order(raw):
    return (int.from_bytes(raw, 'little') & (2**255 - 1)) % P in SMALL_ORDER_Y


def is_sound_point(raw):
    """Whoever enrols a point of small order, or one that is not reduced, can make signatures that hold for any text."""
    return int.from_bytes(raw, 'little') & (2**255 - 1) < P and not is_small_order(raw)


def decode_point(raw):
    """RFC 8032, 5.1.3, except that y may be written unreduced, as the others allow. Extended coordinates X, Y, Z, T."""
    encoded = int.from_bytes(raw, 'little')
    y = (encoded & (2**255 - 1)) % P
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_ONE % P
    if v * x * x % P != u:
        return None
    if x & 1 != encoded >> 255:
        x = -x % P
    return x, y, 1, x * y % P


def encode_point(point):
    inverse = pow(point[2], P - 2, P)
    return (point[1] * inverse % P | (point[0] * inverse % P & 1) << 255).to_bytes(32, 'little')


def add_points(left, right):
    """Complete for all points of the curve (RFC 8032, 5.1.4)."""
    a, b = (left[1] - left[0]) * (right[1] - right[0]) % P, (left[1] + left[0]) * (right[1] + right[0]) % P
    c, d = 2 * D * left[3] * right[3] % P, 2 * left[2] * right[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply_point(point, scalar):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add_points(result, point)
        point, scalar = add_points(point, point), scalar >> 1
    return result


BASE = decode_point(bytes.fromhex('58' + '66' * 31))
ED25519_DER = bytes.fromhex('302a300506032b6570032100')


# Passkeys: WebAuthn Level 3, 7.2

def passkey_holds(key, message, signature):
    """
    Whether the passkey's owner, present and verified, signed on a page of the passkey's own. The challenge is the digest of the
    message. The sign counter is left out: synchronised passkeys have none, and an auditor reads years later.
    """
    _, der, relying_party, origins = key
    try:
        assertion = parse_canonical(signature)
    except Unsound:
        return False
    if ASSERTION(assertion) is not None:
        return False
    authenticator, client, signed = (from_base64url(assertion[part])
                                     for part in ('authenticatorData', 'clientDataJSON', 'signature'))
    if not is_by_verified_user(authenticator, relying_party) or not is_for_this(client, origins, message):
        return False
    message = authenticator + hashlib.sha256(client).digest()
    if der.startswith(ED25519_DER):
        return ed25519_holds(der[len(ED25519_DER):], message, signed)
    return es256_holds(der[-64:], message, signed)


ASSERTION = closed({part: text('[A-Za-z0-9_-]+', longest) for part, longest in
                    (('authenticatorData', 128), ('clientDataJSON', 4096), ('signature', 256))})


def from_base64url(encoded):
    encoded = encoded[:-1] if len(encoded) % 4 == 1 else encoded
    return base64.urlsafe_b64decode(encoded + '=' * (-len(encoded) % 4))


def is_for_this(client, origins, message):
    """Browsers may add members; a page framed by another one, or a bound connection, is not what people sign in."""
    try:
        said = json.loads(client.decode('utf-8-sig'), parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return False
    challenge = base64.urlsafe_b64encode(hashlib.sha256(message).digest()).rstrip(b'=').decode()
    return (type(said) is dict and said.get('type') == 'webauthn.get' and said.get('challenge') == challenge
            and said.get('origin') in origins and said.get('crossOrigin', False) is False
            and 'topOrigin' not in said and 'tokenBinding' not in said)


def is_by_verified_user(authenticator, relying_party):
    """Hash of the host, then flags: present 1, verified 4, may be backed up 8, is backed up 16; nothing else, no extensions."""
    if len(authenticator) != 37 or authenticator[:32] != hashlib.sha256(relying_party.encode()).digest():
        return False
    flags = authenticator[32]
    return flags & ~0x1d == 0 and flags & 0x05 == 0x05 and flags & 0x18 != 0x10


# ECDSA over P-256 with SHA-256 (FIPS 186-5)

P256 = 2**256 - 2**224 + 2**192 + 2**96 - 1
P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
P256_B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
P256_BASE = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
             0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)


def p256_point(raw):
    """A point on the curve from its two coordinates, else None."""
    x, y = int.from_bytes(raw[:32], 'big'), int.from_bytes(raw[32:], 'big')
    on_curve = len(raw) == 64 and x < P256 and y < P256 and (y * y - x * x * x + 3 * x - P256_B) % P256 == 0
    return (x, y) if on_curve else None


def es256_holds(raw, message, signature):
    if HAS_LIBRARY:
        try:
            library_p256(raw).verify(signature, message, library_ec.ECDSA(library_hashes.SHA256()))
            return True
        except Exception:   # Whatever a library dislikes, it has not said yes.
            return False
    point, numbers = p256_point(raw), read_der_pair(signature)
    if point is None or numbers is None or not all(0 < number < P256_ORDER for number in numbers):
        return False
    r, s = numbers
    inverse = pow(s, -1, P256_ORDER)
    digest = int.from_bytes(hashlib.sha256(message).digest(), 'big')
    total = p256_add(p256_multiply(P256_BASE, digest * inverse % P256_ORDER), p256_multiply(point, r * inverse % P256_ORDER))
    return total is not None and total[0] % P256_ORDER == r


@lru_cache(maxsize=4096)
def library_p256(raw):
    return library_ec.EllipticCurvePublicKey.from_encoded_point(library_ec.SECP256R1(), b'\4' + raw)


def read_der_pair(raw):
    """SEQUENCE of two INTEGERs, in the one way in which DER writes it."""
    numbers, at = [], 2
    for _ in range(2):
        if raw[at:at + 1] != b'\2' or at + 2 > len(raw):
            return None
        numbers.append(int.from_bytes(raw[at + 2:at + 2 + raw[at + 1]], 'big', signed=True))
        at += 2 + raw[at + 1]
    body = b''.join(b'\2' + bytes([size]) + number.to_bytes(size, 'big', signed=True)
                    for number in numbers for size in [number.bit_length() // 8 + 1])
    return numbers if raw == b'\x30' + bytes([len(body)]) + body else None


def p256_add(left, right):
    if left is None or right is None:
        return left or right
    if left[0] == right[0]:
        if (left[1] + right[1]) % P256 == 0:
            return None
        slope = (3 * left[0] * left[0] - 3) * pow(2 * left[1], -1, P256) % P256
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, P256) % P256
    x = (slope * slope - left[0] - right[0]) % P256
    return x, (slope * (left[0] - x) - left[1]) % P256


def p256_multiply(point, scalar):
    result = None
    while scalar:
        if scalar & 1:
            result = p256_add(result, point)
        point, scalar = p256_add(point, point), scalar >> 1
    return result


# ---------------------------------------------------------------------------------------------------------------------
# The command
# ---------------------------------------------------------------------------------------------------------------------

def main(arguments):
    parser = argparse.ArgumentParser(prog='verify.py', description='Verifies Duovir log folders and evidence packs, offline.')
    parser.add_argument('--officer', help="the officer's raw Ed25519 public key in base64, from somewhere else than the folder")
    parser.add_argument('--tsa-ca', help='certificates of the time stamping authority, PEM')
    parser.add_argument('--json', action='store_true', help='one JSON line for each folder')
    parser.add_argument('folder', nargs='+')
    options = parser.parse_args(arguments)
    if options.tsa_ca and not os.path.isfile(options.tsa_ca):
        parser.error(f'there is no file {options.tsa_ca}')
    code = 0
    for path in options.folder:
        try:
            if not os.path.isdir(path):
                raise FileNotFoundError('there is no such folder')
            report = verify(path, options.officer, options.tsa_ca, show_progress if sys.stderr.isatty() else lambda *_: None)
            answer, said, worse = report.as_json(), in_words(report), 0 if report.ok else 1
        except (OSError, MemoryError, RecursionError, BrokenProcessPool) as error:
            # The machine, not the log: nothing is known of it.
            said, worse = f'{printable(path)}: could not look: {error or type(error).__name__}', 2
            answer = {'ok': False, 'findings': [], 'error': said}
        print(json.dumps(answer) if options.json else said, flush=True)
        code = max(code, worse)
    return code


def show_progress(done, size):
    filled = 40 * done // max(size, 1)
    end = '\n' if done >= size else ''
    print(f'\r[{"#" * filled}{"." * (40 - filled)}] {done} of {size} entries', end=end, file=sys.stderr, flush=True)


def in_words(report):
    verdict = 'VERIFIED' if report.ok else f'NOT VERIFIED, {len(report.findings)} findings'
    return '\n'.join([*map(in_a_line, report.findings), *(f'remark: {in_a_line(remark)}' for remark in report.remarks),
                      f'{verdict}: {report.size} entries.'])


def in_a_line(found):
    """Nothing in it moves the cursor of who reads it: names and key ids are from whoever made the folder."""
    place = ' '.join([*([found.file] if found.file else []), *([] if found.entry is None else [f'entry {found.entry}'])])
    line = f'{place}{": " if place else ""}{found.rule}: {found.consequence}'
    return ''.join(one if one.isprintable() else '?' for one in line)


if __name__ == '__main__':
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(2)
