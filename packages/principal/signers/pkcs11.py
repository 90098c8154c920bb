#!/usr/bin/env python3
"""Signs with an Ed25519 key that stays in a PKCS #11 token. Python 3 and its standard library; any vendor's module.

  pkcs11.py --module FILE --token LABEL --key LABEL (--pin-file FILE | --pin-descriptor N) [--session | --public-key]

Without more, it reads the bytes to sign from standard input and writes the signature in base64. With --session it logs in
once and answers lines: {"id", "bytes"} with {"id", "signature"} or {"id", "error"}, until its input ends. --public-key
writes the raw public key in base64, as signer.json and the trust policy have it.

The PIN comes from a file that only its owner can read, or from an inherited descriptor. Arguments and environments are
readable by others, so it is taken from neither, and it is written nowhere.
"""
import argparse
import base64
import ctypes
import json
import os
import stat
import sys

ULONG = ctypes.c_ulong
CKA_CLASS, CKA_LABEL, CKA_EC_POINT = 0x000, 0x003, 0x181
CKO_PUBLIC_KEY, CKO_PRIVATE_KEY = 2, 3
CKU_USER, CKF_SERIAL_SESSION, CKM_EDDSA = 1, 4, 0x1057
CKR_USER_ALREADY_LOGGED_IN = 0x100
# Places in CK_FUNCTION_LIST (PKCS #11 2.40, 6.1); the functions themselves need not be exported by a module.
FUNCTIONS = {
    'C_Initialize': 0, 'C_Finalize': 1, 'C_GetSlotList': 4, 'C_GetTokenInfo': 6, 'C_OpenSession': 12, 'C_Login': 18,
    'C_GetAttributeValue': 24, 'C_FindObjectsInit': 26, 'C_FindObjects': 27, 'C_FindObjectsFinal': 28,
    'C_SignInit': 42, 'C_Sign': 43,
}
LAST_FUNCTION = 44
PROTOTYPE = ctypes.CFUNCTYPE(ULONG)
MOST_SLOTS, TOKEN_INFO_BYTES, LABEL_BYTES, FLAGS_AT = 256, 512, 32, 96
# CK_TOKEN_INFO: the last user PIN was wrong, one try is left, none is left.
PIN_IN_DANGER = 0x10000 | 0x20000 | 0x40000
SIGNATURE_BYTES, KEY_BYTES = 64, 32
MOST_LINE = 16 * 1024 * 1024


class Attribute(ctypes.Structure):
    _fields_ = [('type', ULONG), ('value', ctypes.c_void_p), ('length', ULONG)]


class Mechanism(ctypes.Structure):
    _fields_ = [('mechanism', ULONG), ('parameter', ctypes.c_void_p), ('length', ULONG)]


class FunctionList(ctypes.Structure):
    _fields_ = [('version', ctypes.c_ubyte * 2), ('functions', ctypes.c_void_p * LAST_FUNCTION)]


class SignerError(Exception):
    """What a person has to know, in one sentence and without any secret."""


def number(value):
    return bytes(ULONG(value))


class Token:
    def __init__(self, module, label):
        try:
            library = ctypes.CDLL(module)
        except OSError as error:
            raise SignerError(f'the PKCS #11 module cannot be loaded: {error}') from error
        listed = ctypes.POINTER(FunctionList)()
        self.check('C_GetFunctionList', library.C_GetFunctionList(ctypes.byref(listed)))
        self.functions = listed.contents.functions
        self.call('C_Initialize', None)
        self.session = ULONG()
        self.call('C_OpenSession', ULONG(self.slot_of(label)), ULONG(CKF_SERIAL_SESSION), None, None,
                  ctypes.byref(self.session))

    @staticmethod
    def check(name, result, allowed=(0,)):
        if result not in allowed:
            raise SignerError(f'{name} failed with 0x{result:x}')

    def call(self, name, *arguments, allowed=(0,)):
        self.check(name, PROTOTYPE(self.functions[FUNCTIONS[name]])(*arguments), allowed)

    def slot_of(self, label):
        slots, count = (ULONG * MOST_SLOTS)(), ULONG(MOST_SLOTS)
        self.call('C_GetSlotList', ctypes.c_ubyte(1), slots, ctypes.byref(count))
        for slot in slots[:count.value]:
            info = ctypes.create_string_buffer(TOKEN_INFO_BYTES)
            self.call('C_GetTokenInfo', ULONG(slot), info)
            if info.raw[:LABEL_BYTES].decode('utf-8', 'replace').rstrip(' ') != label:
                continue
            # Started again and again with a wrong PIN, this program would lock the token.
            if ULONG.from_buffer(info, FLAGS_AT).value & PIN_IN_DANGER:
                raise SignerError('the last PIN was wrong: correct it, then log in once by hand with pkcs11-tool --login')
            return slot
        raise SignerError('there is no token with this label')

    def login(self, pin):
        secret = ctypes.create_string_buffer(pin, len(pin))
        self.call('C_Login', self.session, ULONG(CKU_USER), secret, ULONG(len(pin)),
                  allowed=(0, CKR_USER_ALREADY_LOGGED_IN))

    def find(self, kind, label):
        wanted = {CKA_CLASS: number(kind), CKA_LABEL: label.encode()}
        buffers = [ctypes.create_string_buffer(value, len(value)) for value in wanted.values()]
        template = (Attribute * 2)(*[
            Attribute(name, ctypes.addressof(buffer), len(buffer)) for name, buffer in zip(wanted, buffers)])
        self.call('C_FindObjectsInit', self.session, template, ULONG(2))
        found, count = (ULONG * 2)(), ULONG()
        self.call('C_FindObjects', self.session, found, ULONG(2), ctypes.byref(count))
        self.call('C_FindObjectsFinal', self.session)
        if count.value != 1:
            raise SignerError('there is no key with this label' if count.value == 0 else 'two keys have this label')
        return found[0]

    def public_key(self, label):
        buffer = ctypes.create_string_buffer(256)
        wanted = (Attribute * 1)(Attribute(CKA_EC_POINT, ctypes.addressof(buffer), len(buffer)))
        self.call('C_GetAttributeValue', self.session, ULONG(self.find(CKO_PUBLIC_KEY, label)), wanted, ULONG(1))
        point = buffer.raw[:wanted[0].length]
        # A DER octet string, as the standard has it, or the bare point, as some modules do.
        raw = point[2:] if point[:2] == bytes([4, KEY_BYTES]) and len(point) == KEY_BYTES + 2 else point
        if len(raw) != KEY_BYTES:
            raise SignerError('the key with this label is no Ed25519 key')
        return raw

    def sign(self, key, message):
        self.call('C_SignInit', self.session, ctypes.byref(Mechanism(CKM_EDDSA, None, 0)), ULONG(key))
        signature, length = ctypes.create_string_buffer(SIGNATURE_BYTES), ULONG(SIGNATURE_BYTES)
        self.call('C_Sign', self.session, ctypes.create_string_buffer(message, len(message)), ULONG(len(message)),
                  signature, ctypes.byref(length))
        if length.value != SIGNATURE_BYTES:
            raise SignerError('the token gave no signature of 64 bytes')
        return signature.raw


def pin_of(options):
    if options.pin_descriptor is not None:
        descriptor = options.pin_descriptor
    else:
        try:
            descriptor = os.open(options.pin_file, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError as error:
            raise SignerError(f'the PIN file cannot be read: {error.strerror}') from error
        status = os.fstat(descriptor)
        if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.geteuid():
            raise SignerError('others can read the PIN file: chmod 600, and change the PIN')
    with os.fdopen(descriptor, 'rb') as source:
        pin = source.read(256).rstrip(b'\r\n')
    if not pin:
        raise SignerError('there is no PIN where it was said to be')
    return pin


def serve(token, key):
    for line in iter(lambda: sys.stdin.buffer.readline(MOST_LINE), b''):
        question = json.loads(line)
        try:
            signature = token.sign(key, base64.b64decode(question['bytes'], validate=True))
            answer = {'id': question['id'], 'signature': base64.b64encode(signature).decode()}
        except SignerError as error:
            answer = {'id': question['id'], 'error': str(error)}
        print(json.dumps(answer), flush=True)
        if 'error' in answer:
            # A token that was pulled or reset is found again by whoever starts next.
            sys.exit(1)


def main():
    parser = argparse.ArgumentParser(description='sign with an Ed25519 key in a PKCS #11 token')
    parser.add_argument('--module', required=True)
    parser.add_argument('--token', required=True)
    parser.add_argument('--key', required=True)
    pin = parser.add_mutually_exclusive_group(required=True)
    pin.add_argument('--pin-file')
    pin.add_argument('--pin-descriptor', type=int)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument('--session', action='store_true')
    mode.add_argument('--public-key', action='store_true')
    options = parser.parse_args()
    token = Token(options.module, options.token)
    token.login(pin_of(options))
    if options.public_key:
        print(base64.b64encode(token.public_key(options.key)).decode())
        return
    key = token.find(CKO_PRIVATE_KEY, options.key)
    if options.session:
        serve(token, key)
    else:
        print(base64.b64encode(token.sign(key, sys.stdin.buffer.read())).decode())


if __name__ == '__main__':
    try:
        main()
    except SignerError as error:
        sys.exit(f'pkcs11.py: {error}.')
