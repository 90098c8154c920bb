// Command verify checks a Duovir ledger, or an unpacked evidence pack, offline: no server, no network, nothing is written.
// It shares no code with Duovir. It was written from docs/guide/verification.md, and one auditor can read it from top to
// bottom: first the eight steps, then the rules, at the end the closed forms of every entry and the readers of JSON and notes.
//
// Build it with Debian's packages golang-go and golang-golang-x-mod-dev:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o verify verify.go
//
// or anywhere, with a copy of this file in an empty folder:
//
//	go mod init verify && go get golang.org/x/mod@v0.7.0 && go build -o verify verify.go
//
// Run it as `verify [--officer KEY] [--tsa-ca FILE] [--structure] [--json] FOLDER...`. KEY is the security officer's raw Ed25519
// public key in base64, from somewhere else than the folder. With --structure it looks at the tree and the signatures of log and
// witnesses alone. It exits with 0: verified, 1: there are findings, 2: it could not look.
package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const usage = "usage: verify [--officer KEY] [--tsa-ca FILE] [--structure] [--json] FOLDER..."

type options struct {
	officer, authorities string
	structure            bool
}

func main() {
	var asked options
	flag.StringVar(&asked.officer, "officer", "", "the officer's public key, base64")
	flag.StringVar(&asked.authorities, "tsa-ca", "", "certificates of the timestamping authority, PEM")
	flag.BoolVar(&asked.structure, "structure", false, "nothing of what the entries say")
	asJSON := flag.Bool("json", false, "one line of JSON for each folder")
	flag.Usage = func() { fmt.Fprintln(os.Stderr, usage) }
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if _, err := os.ReadFile(asked.authorities); asked.authorities != "" && err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	exit := 0
	for _, folder := range flag.Args() {
		verdict, err := verifyFolder(folder, asked)
		switch {
		case err != nil:
			fmt.Fprintf(os.Stderr, "%s: %v\n", folder, err)
			if *asJSON {
				writeJSON(map[string]any{"ok": false, "findings": []finding{}, "error": err.Error()})
			}
			exit = 2
		case *asJSON:
			writeJSON(verdict)
		default:
			verdict.print(folder)
		}
		if err == nil && !verdict.OK && exit == 0 {
			exit = 1
		}
	}
	os.Exit(exit)
}

// ---- The eight steps -------------------------------------------------------------------------------------------------

// audit is one look at one folder.
type audit struct {
	options
	report
	log      folder
	pack     *pack // nil for a bare log folder
	keys     keyRing
	newest   checkpoint
	older    []checkpoint
	first    int64
	anchors  []anchor // by authorities that are trusted
	timeline timeline
	record   record
	tree     tree                // from first on, as it is believed
	proven   map[int64]tlog.Hash // roots of what stands before the entries of the context
}

// verifyFolder tells the whole story. An error means that nothing could be judged; a hostile folder must not end in a panic.
func verifyFolder(root string, asked options) (v *verdict, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			v, err = nil, fmt.Errorf("this folder could not be judged: %v", cause)
		}
	}()
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return nil, errors.New("there is no such folder")
	}
	a := &audit{options: asked, log: folder(root), record: newRecord()}
	_, noManifest := os.Stat(filepath.Join(root, manifestFile))
	if _, noLog := os.Stat(filepath.Join(root, "log")); noManifest == nil || noLog == nil {
		a.pack = &pack{root: folder(root), withheld: map[string]int{}}
		a.log, a.prefix = folder(filepath.Join(root, "log")), "log/"
	}
	if a.pack != nil && !a.openPack() {
		a.pack = nil
	}
	if a.openKeys() && a.openCheckpoints() && a.readFirst() { // 1 Trust, 2 Checkpoint
		a.judgeAnchors()
		a.readLog() // 3 Tree, 4 Consistency, 5 Signatures, 6 Form; 7 Meaning of each run when it is settled
		if a.structure {
			a.remark("", "structure", "Only the tree and the signatures of log and witnesses were looked at, nothing of what the entries say.")
			return a.verdict(), nil
		}
		a.judgeRecord() // 7 Meaning of what belongs to no run, or was never settled
		a.judgeKeys()   // 2 again: the keys that were in force
		if a.pack != nil {
			a.judgePack() // 8 Openings and index
		}
	}
	return a.verdict(), nil
}

// ---- Findings --------------------------------------------------------------------------------------------------------

type finding struct {
	Entry       *int64 `json:"entry,omitempty"`
	File        string `json:"file,omitempty"`
	Rule        string `json:"rule"`
	Consequence string `json:"consequence"`
}

type blobCount struct {
	Opened   int `json:"opened"`
	Withheld int `json:"withheld"`
	Shredded int `json:"shredded"`
	Mismatch int `json:"mismatch"`
}

type verdict struct {
	OK         bool      `json:"ok"`
	Size       int64     `json:"size"`
	First      int64     `json:"first"`
	IsAnchored bool      `json:"isAnchored"`
	Findings   []finding `json:"findings"`
	Remarks    []finding `json:"remarks"`
	Blobs      blobCount `json:"blobs"`
}

// report collects what is wrong, from any goroutine.
type report struct {
	mutex    sync.Mutex
	findings []finding
	remarks  []finding
	blobs    blobCount
	prefix   string // where the log folder is, as findings about files name it
	believed bool   // the newest checkpoint is signed as it must be
}

func (r *report) add(list *[]finding, one finding) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	*list = append(*list, one)
}

func (r *report) entry(index int64, rule, why string, details ...any) {
	r.add(&r.findings, finding{Entry: &index, Rule: rule, Consequence: fmt.Sprintf(why, details...)})
}

// file is about a file of the log folder, packed about another one of the evidence pack.
func (r *report) file(name, rule, why string, details ...any) {
	r.packed(r.prefix+name, rule, why, details...)
}

func (r *report) packed(name, rule, why string, details ...any) {
	r.add(&r.findings, finding{File: name, Rule: rule, Consequence: fmt.Sprintf(why, details...)})
}

func (r *report) both(index int64, name, rule, why string) {
	r.add(&r.findings, finding{Entry: &index, File: name, Rule: rule, Consequence: why})
}

func (r *report) remark(name, rule, why string, details ...any) {
	r.add(&r.remarks, finding{File: name, Rule: rule, Consequence: fmt.Sprintf(why, details...)})
}

func (a *audit) verdict() *verdict {
	isAnchored := a.officer != ""
	for _, list := range [][]finding{a.findings, a.remarks} {
		sort.SliceStable(list, func(i, j int) bool { return list[i].order() < list[j].order() })
	}
	if !isAnchored {
		a.remark("keys.json", "officer", "No officer's key was given: the log is only shown to agree with itself.")
	}
	v := &verdict{OK: len(a.findings) == 0, IsAnchored: isAnchored, Blobs: a.blobs}
	v.Findings, v.Remarks = append([]finding{}, a.findings...), append([]finding{}, a.remarks...)
	if a.believed {
		v.Size, v.First = a.newest.size, a.first
	}
	return v
}

func (f finding) order() string {
	if f.Entry == nil {
		return "0" + f.File + f.Rule
	}
	return fmt.Sprintf("1%016d%s", *f.Entry, f.Rule)
}

func (v *verdict) print(folder string) {
	words := map[bool]string{true: "verified", false: "NOT VERIFIED"}
	fmt.Printf("%s: %s, %d entries", folder, words[v.OK], v.Size)
	if v.First > 0 {
		fmt.Printf(", of which those from %d on are here", v.First)
	}
	fmt.Println()
	for _, one := range v.Findings {
		fmt.Println("  finding", one.words())
	}
	for _, one := range v.Remarks {
		fmt.Println("  remark ", one.words())
	}
	if v.Blobs != (blobCount{}) {
		fmt.Printf("  blobs: %d opened, %d withheld, %d shredded, %d mismatch\n", v.Blobs.Opened, v.Blobs.Withheld, v.Blobs.Shredded, v.Blobs.Mismatch)
	}
}

// words quotes what came out of the folder, so that it cannot move a terminal's cursor.
func (f finding) words() string {
	place := strconv.QuoteToGraphic(f.File)
	if f.Entry != nil {
		place = fmt.Sprintf("entry %d", *f.Entry)
	}
	return fmt.Sprintf("%s, %s: %s", place, f.Rule, strings.Trim(strconv.QuoteToGraphic(f.Consequence), `"`))
}

func writeJSON(what any) {
	line, err := json.Marshal(what)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

// ---- Files -----------------------------------------------------------------------------------------------------------

// mostBytes bounds what is taken into memory at once: the largest honest file is a bundle of 256 entries, or keys.json.
const mostBytes = 1 << 28

type folder string

// read takes a regular file below the folder. Every path is made here or has the form of a manifest's.
func (f folder) read(name string) ([]byte, bool) {
	file, ok := f.open(name)
	if !ok {
		return nil, false
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	return content, err == nil && len(content) <= mostBytes
}

// open refuses pipes and devices, which a hostile folder could make anybody wait for.
func (f folder) open(name string) (*os.File, bool) {
	where := filepath.Join(string(f), filepath.FromSlash(name))
	if info, err := os.Stat(where); err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	file, err := os.Open(where)
	return file, err == nil
}

func (f folder) names(name string) []string {
	entries, err := os.ReadDir(filepath.Join(string(f), name))
	if err != nil {
		return nil
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// parallel calls work for 0 … count-1. A panic in a goroutine would end the program, so it is carried to the caller.
func parallel(count int, work func(int)) {
	var wait sync.WaitGroup
	var mutex sync.Mutex
	var cause any
	next := 0
	for worker := 0; worker < runtime.NumCPU() && worker < count; worker++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			defer func() {
				if panicked := recover(); panicked != nil {
					mutex.Lock()
					cause = panicked
					mutex.Unlock()
				}
			}()
			for {
				mutex.Lock()
				mine := next
				next++
				mutex.Unlock()
				if mine >= count {
					return
				}
				work(mine)
			}
		}()
	}
	wait.Wait()
	if cause != nil {
		panic(cause)
	}
}

// ---- Step 1: trust ---------------------------------------------------------------------------------------------------

// policy is a trust policy that the officer signed.
type policy struct {
	value
	digest     string
	signature  string // digest of the officer's envelope
	log        *noteKey
	witnesses  []*noteKey
	principals map[string]*principal
	speakers   map[string]speaker // by key id
}

type principal struct {
	value
	name, role, group, mandate, brain, model string
	keyID, key                               string
}

// speaker is one key of one principal: raw Ed25519, or a passkey.
type speaker struct {
	*principal
	key     ed25519.PublicKey
	passkey *passkey
}

type restore struct {
	decision  value
	digest    string
	signature string
}

type keyRing struct {
	policies []*policy
	byDigest map[string]*policy
	newest   *policy
	restores []restore
}

func (a *audit) openKeys() bool {
	const name = "keys.json"
	text, ok := a.log.read(name)
	if !ok {
		a.file(name, "keys", "The keys are missing.")
		return false
	}
	keys, fault := parseCanonical(strings.TrimSuffix(string(text), "\n"))
	if fault != nil || keysForm(keys) != "" {
		a.file(name, "keys", "The keys are not written as they must be: %v%s", fault, keysForm(keys))
		return false
	}
	if a.officer != "" && keys.str("officer") != a.officer {
		a.file(name, "officer", "This is not the officer key you trust.")
		return false
	}
	own := keys.str("officer")
	a.keys.byDigest = map[string]*policy{}
	for _, envelope := range keys.at("trustPolicies").items {
		payload, err := openByOfficer(envelope, own)
		if err == nil {
			err = a.keys.addPolicy(payload, digestOf(envelope.raw))
		}
		if err != nil {
			a.file(name, "keys", "A trust policy is not one that the officer signed: %v", err)
			return false
		}
	}
	for _, envelope := range keys.at("restores").items {
		payload, err := openByOfficer(envelope, own)
		if err == nil && restoreForm(payload) != "" {
			err = errors.New(restoreForm(payload))
		}
		if err != nil {
			a.file(name, "keys", "A restore decision is not one that the officer signed: %v", err)
			return false
		}
		a.keys.restores = append(a.keys.restores, restore{payload, digestOf(payload.raw), digestOf(envelope.raw)})
	}
	return true
}

func openByOfficer(envelope value, key string) (value, error) {
	raw, _ := base64.StdEncoding.DecodeString(key)
	opened := openEnvelope(envelope)
	if opened.keyID != keyIDOf("officer", raw) || len(raw) != 32 || !ed25519.Verify(raw, opened.signed(), opened.signature) {
		return value{}, errors.New("it has no signature of the officer's key")
	}
	payload, fault := parseCanonical(opened.payload)
	if fault != nil {
		return value{}, fault
	}
	return payload, nil
}

func (k *keyRing) addPolicy(payload value, signature string) error {
	if complaint := signedPolicyForm(payload); complaint != "" {
		return errors.New(complaint)
	}
	p := &policy{value: payload.at("policy"), signature: signature, principals: map[string]*principal{}, speakers: map[string]speaker{}}
	p.digest = digestOf(p.raw)
	used := map[string]bool{}
	for _, one := range p.at("principals").items {
		who := newPrincipal(one)
		if p.principals[who.name] != nil {
			return errors.New("two principals have the same name")
		}
		p.principals[who.name] = who
		for id, key := range who.speakers() {
			p.speakers[id] = key
		}
		// One key under two names would let one process, or one device, speak for two.
		for _, key := range who.allKeys() {
			if used[key] {
				return errors.New("two principals have the same key")
			}
			used[key] = true
		}
	}
	// A key that cannot be read opens no checkpoint; that is all it can do.
	p.log = parseNoteKey(p.at("log", "vkey").text)
	for _, vkey := range p.at("witnesses", "vkeys").items {
		p.witnesses = append(p.witnesses, parseNoteKey(vkey.text))
	}
	if known := k.byDigest[p.digest]; known != nil {
		known.signature = signature
		return nil
	}
	k.policies, k.byDigest[p.digest] = append(k.policies, p), p
	if k.newest == nil || p.int("version") > k.newest.int("version") {
		k.newest = p
	}
	return nil
}

func newPrincipal(v value) *principal {
	who := &principal{value: v, name: v.str("name"), role: v.str("role"), group: v.str("group"), mandate: v.str("mandate")}
	who.brain, who.model = v.at("brain", "kind").text, v.at("brain", "model").text
	if who.brain == "" {
		who.brain = "playbook"
	}
	raw, _ := base64.StdEncoding.DecodeString(v.str("publicKey"))
	who.key, who.keyID = string(raw), keyIDOf(who.name, raw)
	return who
}

func (p *principal) allKeys() []string {
	keys := []string{p.key}
	for _, one := range p.at("passkeys").items {
		der, _ := base64.StdEncoding.DecodeString(one.str("publicKey"))
		keys = append(keys, string(der))
	}
	return keys
}

// speakers are all keys that speak for a principal. Only people have passkeys: a process signs with its own key.
func (p *principal) speakers() map[string]speaker {
	keys := map[string]speaker{p.keyID: {principal: p, key: ed25519.PublicKey(p.key)}}
	if p.role != "person" {
		return keys
	}
	for _, one := range p.at("passkeys").items {
		der, _ := base64.StdEncoding.DecodeString(one.str("publicKey"))
		// A point that is not on the curve: nothing that key is said to have signed holds, the owner's other keys still count.
		if key, err := x509.ParsePKIXPublicKey(der); err == nil {
			keys[keyIDOf(p.name, der)] = speaker{principal: p, passkey: &passkey{one, key}}
		}
	}
	return keys
}

func keyIDOf(name string, key []byte) string {
	sum := sha256.Sum256(key)
	return name + "/" + hex.EncodeToString(sum[:8])
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// ---- Step 2: checkpoints ---------------------------------------------------------------------------------------------

type checkpoint struct {
	name   string
	origin string
	size   int64
	root   tlog.Hash
	by     []*policy // under which it opens
}

// openCheckpoints opens the newest and the retained ones, each under any policy: which one was in force is not known yet.
func (a *audit) openCheckpoints() bool {
	newest, err := a.openCheckpoint("checkpoint")
	if err != nil {
		a.file("checkpoint", "checkpoint", "%v", err)
		return false
	}
	a.newest, a.believed = newest, true
	for _, name := range a.log.names("checkpoints") {
		name = "checkpoints/" + name
		one, err := a.openCheckpoint(name)
		if err != nil {
			a.file(name, "checkpoint", "%v", err)
			continue
		}
		a.older = append(a.older, one)
	}
	return true
}

func (a *audit) openCheckpoint(name string) (checkpoint, error) {
	text, ok := a.log.read(name)
	if !ok {
		return checkpoint{}, errors.New("the checkpoint is missing")
	}
	opened, err := openNote(text, a.keys.policies)
	opened.name = name
	return opened, err
}

// openNote opens a checkpoint under every policy whose log signed it and enough of whose witnesses cosigned it.
func openNote(text []byte, policies []*policy) (opened checkpoint, last error) {
	last = errors.New("no trust policy names a log")
	for _, p := range policies {
		one, err := openCheckpointNote(text, p)
		if err != nil {
			last = err
			continue
		}
		one.by = append(opened.by, p)
		opened = one
	}
	if opened.by != nil {
		last = nil
	}
	return opened, last
}

func openCheckpointNote(text []byte, p *policy) (checkpoint, error) {
	opened, keys, err := openSignedNote(text, append([]*noteKey{p.log}, p.witnesses...))
	if err != nil {
		return checkpoint{}, err
	}
	parsed, err := parseCheckpointText(opened)
	if err != nil {
		return checkpoint{}, err
	}
	isByLog, witnesses := false, map[string]bool{}
	for _, key := range keys {
		if key.isWitness {
			witnesses[string(key.key)] = true
		} else {
			isByLog = true
		}
	}
	if !isByLog {
		return checkpoint{}, errors.New("the log itself has not signed this checkpoint")
	}
	if parsed.origin != p.log.name {
		return checkpoint{}, errors.New("the checkpoint names another log than the key it is signed with")
	}
	if int64(len(witnesses)) < p.at("witnesses").int("quorum") {
		return checkpoint{}, fmt.Errorf("%d of %d required witnesses have cosigned", len(witnesses), p.at("witnesses").int("quorum"))
	}
	return parsed, nil
}

func parseCheckpointText(text string) (checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return checkpoint{}, errors.New("a checkpoint has at least three lines")
	}
	for _, line := range lines[:len(lines)-1] {
		if line == "" {
			return checkpoint{}, errors.New("a checkpoint has no empty lines")
		}
	}
	size, isSize := parseDecimal(lines[1])
	root, isHash := parseHash(lines[2])
	if !isSize || !isHash {
		return checkpoint{}, errors.New("a checkpoint has a size below 2^53 and a root of 32 bytes")
	}
	return checkpoint{origin: lines[0], size: size, root: root}, nil
}

var decimalForm = regexp.MustCompile(`^(?:0|[1-9][0-9]{0,15})$`)

// parseDecimal knows one spelling of each number below 2^53.
func parseDecimal(text string) (int64, bool) {
	number, err := strconv.ParseInt(text, 10, 64)
	return number, err == nil && decimalForm.MatchString(text) && number < 1<<53
}

func parseHash(text string) (hash tlog.Hash, ok bool) {
	raw, ok := strictBase64(text)
	copy(hash[:], raw)
	return hash, ok && len(raw) == len(hash)
}

// strictBase64 knows one spelling of each value.
func strictBase64(text string) ([]byte, bool) {
	raw, err := base64.StdEncoding.DecodeString(text)
	return raw, err == nil && base64.StdEncoding.EncodeToString(raw) == text
}

// noteKey verifies signatures of type 0x01 (Ed25519 over the text) or 0x04 (C2SP tlog-cosignature, with a time).
type noteKey struct {
	name      string
	hash      uint32
	isWitness bool
	key       ed25519.PublicKey
}

func (k *noteKey) Name() string    { return k.name }
func (k *noteKey) KeyHash() uint32 { return k.hash }
func (k *noteKey) Verify(text, signature []byte) bool {
	if !k.isWitness {
		return len(signature) == ed25519.SignatureSize && ed25519.Verify(k.key, text, signature)
	}
	if len(signature) != 8+ed25519.SignatureSize || binary.BigEndian.Uint64(signature) >= 1<<53 {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), text)
	return ed25519.Verify(k.key, []byte(signed), signature[8:])
}

var noteKeyForm = regexp.MustCompile(`^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$`)

// parseNoteKey returns nil for what is no sound key: nothing that is signed with it counts.
func parseNoteKey(text string) *noteKey {
	parts := noteKeyForm.FindStringSubmatch(text)
	if parts == nil || strings.ContainsAny(parts[1], " \t\n\v\f\r\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000") {
		return nil
	}
	material, ok := strictBase64(parts[3])
	if !ok || len(material) != 33 || material[0] != 1 && material[0] != 4 || !isSoundPoint(material[1:]) {
		return nil
	}
	sum := sha256.Sum256(append([]byte(parts[1]+"\n"), material...))
	if hex.EncodeToString(sum[:4]) != parts[2] {
		return nil
	}
	return &noteKey{parts[1], binary.BigEndian.Uint32(sum[:4]), material[0] == 4, material[1:]}
}

// isSoundPoint refuses unreduced points and those of small order: whoever enrols one can make signatures that hold for any text.
func isSoundPoint(key []byte) bool {
	y := append([]byte{}, key...)
	y[31] &= 0x7f
	reduced := y[31] < 0x7f || y[0] < 0xed
	for _, one := range y[1:31] {
		reduced = reduced || one != 0xff
	}
	switch hex.EncodeToString(y) {
	case "0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a":
		return false
	}
	return reduced
}

// openSignedNote opens a note with golang.org/x/mod/sumdb/note, after a stricter look at its lines: that package takes several
// spellings of one signature, and does not check the second line of one key.
func openSignedNote(text []byte, known []*noteKey) (string, []*noteKey, error) {
	end := bytes.LastIndex(text, []byte("\n\n"))
	if len(text) > 1<<20 || end < 0 {
		return "", nil, errors.New("not a signed note")
	}
	byLine := map[string]*noteKey{}
	var verifiers []note.Verifier
	for _, key := range known {
		if key == nil {
			return "", nil, errors.New("the trust policy names a key that is none")
		}
		name := fmt.Sprintf("%s %08x", key.name, key.hash)
		if byLine[name] == nil {
			byLine[name] = key
			verifiers = append(verifiers, key)
		}
	}
	for _, line := range strings.Split(strings.TrimSuffix(string(text[end+2:]), "\n"), "\n") {
		parts := strings.Split(line, " ")
		if len(parts) != 3 || parts[0] != "\u2014" {
			return "", nil, errors.New("a signature line is not: em dash, name, base64")
		}
		signature, ok := strictBase64(parts[2])
		if !ok || len(signature) < 5 {
			return "", nil, errors.New("a signature line is not base64")
		}
		key := byLine[fmt.Sprintf("%s %x", parts[1], signature[:4])]
		if key != nil && !key.Verify(text[:end+1], signature[4:]) {
			return "", nil, fmt.Errorf("the signature of %s does not cover this text", key.name)
		}
	}
	opened, err := note.Open(text, note.VerifierList(verifiers...))
	if err != nil {
		return "", nil, err
	}
	var signers []*noteKey
	for _, signature := range opened.Sigs {
		signers = append(signers, byLine[fmt.Sprintf("%s %08x", signature.Name, signature.Hash)])
	}
	return opened.Text, signers, nil
}

// noteText is the text of a note of which only the form matters, and not who signed it.
func noteText(text []byte) (string, error) {
	_, _, err := openSignedNote(text, nil)
	var nobody *note.UnverifiedNoteError
	if errors.As(err, &nobody) {
		return nobody.Note.Text, nil
	}
	return "", err
}

// judgeKeys: a server signs with the log key that it was started with. So a checkpoint counts under a policy that was in force
// somewhere between the last start and its last entry.
func (a *audit) judgeKeys() {
	for _, one := range append([]checkpoint{a.newest}, a.older...) {
		if one.size < a.first {
			continue
		}
		allowed := a.timeline.since(one.size)
		holds := len(allowed) == 0 // The log was not started: that is a finding of its own.
		for _, p := range one.by {
			holds = holds || allowed[p]
		}
		if !holds {
			a.file(one.name, "checkpoint-key", "It is signed with keys of a trust policy that was not in force there.")
		}
	}
}

// ---- Steps 3 and 4: tree and consistency -----------------------------------------------------------------------------

const width = 256

// tilePath is where C2SP tlog-tiles keeps a tile (or a bundle, level -1).
func tilePath(level int, index int64, wide int) string {
	name := tlog.Tile{H: 8, L: level, N: index, W: wide}.Path()
	return strings.Replace(strings.Replace(name, "tile/8/", "tile/", 1), "tile/data/", "tile/entries/", 1)
}

// readTile takes the file of that width, or a full one in its place.
func (f folder) readTile(level int, index int64, wide int) (content []byte, isFull bool, ok bool) {
	content, ok = f.read(tilePath(level, index, wide))
	if ok || wide == width {
		return content, wide == width, ok
	}
	content, ok = f.read(tilePath(level, index, width))
	return content, true, ok
}

func (f folder) tile(level int, index int64, wide int) ([]tlog.Hash, error) {
	content, isFull, ok := f.readTile(level, index, wide)
	stored := wide
	if isFull {
		stored = width
	}
	if !ok || len(content) != stored*tlog.HashSize {
		return nil, errors.New("the tile is missing, or has another length than its name says")
	}
	hashes := make([]tlog.Hash, wide)
	for at := range hashes {
		copy(hashes[at][:], content[at*tlog.HashSize:])
	}
	return hashes, nil
}

// bundle takes entries apart: each stands behind its length in two bytes.
func (f folder) bundle(index int64, wide int) ([][]byte, error) {
	content, isFull, ok := f.readTile(-1, index, wide)
	if !ok {
		return nil, errors.New("the entry bundle is missing")
	}
	var entries [][]byte
	for len(content) > 0 {
		if len(content) < 2 || len(content) < 2+int(binary.BigEndian.Uint16(content)) {
			return nil, errors.New("an entry is cut off")
		}
		end := 2 + int(binary.BigEndian.Uint16(content))
		entries = append(entries, content[2:end])
		content = content[end:]
	}
	if len(entries) != wide && !(isFull && len(entries) == width) {
		return nil, fmt.Errorf("the bundle has %d entries", len(entries))
	}
	return entries[:wide], nil
}

// tree holds the hashes of each level that has tiles, bottom first. The lowest begins with the first leaf that is here.
type tree struct {
	first  int64
	levels [][]tlog.Hash
}

// node is the root of the perfect subtree of 2^level leaves at a position, from the tiles at or below it.
func (t tree) node(level int, position int64) (tlog.Hash, error) {
	if level%8 == 0 {
		if level == 0 {
			position -= t.first
		}
		if level/8 >= len(t.levels) || position < 0 || position >= int64(len(t.levels[level/8])) {
			return tlog.Hash{}, errors.New("a hash of the tree is not here")
		}
		return t.levels[level/8][position], nil
	}
	left, err := t.node(level-1, 2*position)
	if err != nil {
		return left, err
	}
	right, err := t.node(level-1, 2*position+1)
	return tlog.NodeHash(left, right), err
}

// root is golang.org/x/mod's own computation of a tree head, over these hashes.
func (t tree) root(size int64) (tlog.Hash, error) {
	if size == 0 {
		return sha256.Sum256(nil), nil
	}
	return tlog.TreeHash(size, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for at, index := range indexes {
			level, position := tlog.SplitStoredHashIndex(index)
			hash, err := t.node(level, position)
			if err != nil {
				return nil, err
			}
			hashes[at] = hash
		}
		return hashes, nil
	}))
}

// grow computes every level above the leaves. What lies below first has no leaves here: of that the tiles of level 1 are known.
func grow(first int64, leaves, below []tlog.Hash) tree {
	t := tree{first, [][]tlog.Hash{leaves}}
	if int64(len(below)) < first/width {
		return t // It leads nowhere.
	}
	for lower, upper := leaves, below; len(lower) >= width || len(upper) > 0; lower, upper = t.levels[len(t.levels)-1], nil {
		roots := make([]tlog.Hash, len(lower)/width)
		parallel(len(roots), func(at int) {
			row := append([]tlog.Hash{}, lower[at*width:(at+1)*width]...)
			for ; len(row) > 1; row = row[:len(row)/2] {
				for pair := 0; pair < len(row); pair += 2 {
					row[pair/2] = tlog.NodeHash(row[pair], row[pair+1])
				}
			}
			roots[at] = row[0]
		})
		t.levels = append(t.levels, append(append([]tlog.Hash{}, upper...), roots...))
	}
	return t
}

func (a *audit) readFirst() bool {
	if _, err := os.Lstat(filepath.Join(string(a.log), "first")); err != nil {
		return true
	}
	text, isFile := a.log.read("first")
	first, isNumber := parseDecimal(strings.TrimSuffix(string(text), "\n"))
	if !isFile || !isNumber || first%width != 0 || first > a.newest.size {
		a.file("first", "first", "It is no multiple of 256 within the log.")
		return false
	}
	a.first = first
	return true
}

// leaves are hashes as the entries have them, and as the level-0 tiles have them.
type leaves struct {
	fromEntries, fromTiles []tlog.Hash
	unreadable             int
}

// mostUnreadable: whoever holds the log's keys could name a size for which there is nothing. After so many missing files
// nobody needs the rest of the list.
const mostUnreadable = 1000

// readLog reads every bundle and tile once, in order, and opens the entries on the way.
func (a *audit) readLog() {
	size, found := a.newest.size, &leaves{}
	if last := (size - 1) / width; size > a.first {
		// Looked at first: a size that nobody has entries for must not decide how much is done.
		if _, err := a.log.bundle(last, int(size-last*width)); err != nil {
			a.file(tilePath(-1, last, int(size-last*width)), "bundle-readable", "%v", err)
			return
		}
	}
	if a.first > 0 {
		a.record.beat = -1
		a.readContext()
	}
	const atOnce = 64
	for next := a.first / width; next*width < size && found.unreadable < mostUnreadable; next += atOnce {
		bundles := make([]bundle, min(atOnce, (size-next*width+width-1)/width))
		parallel(len(bundles), func(at int) {
			index := next + int64(at)
			bundles[at] = a.openBundle(index, int(min(width, size-index*width)))
		})
		var entries []*entry
		for _, one := range bundles {
			found.add(&a.report, one)
			entries = append(entries, one.entries...)
		}
		a.take(entries)
	}
	if found.unreadable >= mostUnreadable {
		a.file("tile", "bundle-readable", "More files are missing; the rest was not looked at.")
		return
	}
	a.judgeTree(found)
}

// bundle is what a bundle and the tile above it hold.
type bundle struct {
	index                int64
	wide                 int
	entries              []*entry
	tile                 []tlog.Hash
	bundleErr, tileError error
}

func (a *audit) openBundle(index int64, wide int) bundle {
	one := bundle{index: index, wide: wide}
	one.tile, one.tileError = a.log.tile(0, index, wide)
	contents, err := a.log.bundle(index, wide)
	one.bundleErr = err
	for at, content := range contents {
		if a.structure {
			one.entries = append(one.entries, &entry{leaf: tlog.RecordHash(content)})
		} else {
			one.entries = append(one.entries, openEntry(index*width+int64(at), content))
		}
	}
	return one
}

// add names what cannot be read once, as a file; the other side stands in, so that the rest can still be judged.
func (l *leaves) add(r *report, one bundle) {
	hashes := make([]tlog.Hash, one.wide)
	for at, entry := range one.entries {
		hashes[at] = entry.leaf
	}
	tiles := one.tile
	if one.tileError != nil {
		r.file(tilePath(0, one.index, one.wide), "tile-readable", "%v", one.tileError)
		tiles, l.unreadable = hashes, l.unreadable+1
	}
	if one.bundleErr != nil {
		r.file(tilePath(-1, one.index, one.wide), "bundle-readable", "%v", one.bundleErr)
		hashes, l.unreadable = tiles, l.unreadable+1
	}
	l.fromEntries, l.fromTiles = append(l.fromEntries, hashes...), append(l.fromTiles, tiles...)
}

// judgeTree compares every tile and every signed root with what the entries make of them.
func (a *audit) judgeTree(found *leaves) {
	size := a.newest.size
	below := a.tilesBelowFirst()
	t := grow(a.first, found.fromEntries, below)
	believesEntries, believesTiles := t.leadsTo(a.newest), false
	if !believesEntries {
		if other := grow(a.first, found.fromTiles, below); other.leadsTo(a.newest) {
			t, believesTiles = other, true
		}
	}
	for at := range found.fromEntries {
		if found.fromEntries[at] == found.fromTiles[at] {
			continue
		}
		index := a.first + int64(at)
		tile := index / width
		wide := int(min(width, size-tile*width))
		if !believesEntries {
			a.both(index, a.prefix+tilePath(-1, tile, wide), "entry-hash", "These are not the bytes that were logged at this index.")
		}
		if !believesTiles {
			a.both(index, a.prefix+tilePath(0, tile, wide), "tile-hash", "The tile has another hash than the entry: proofs made from it fail.")
		}
	}
	a.tree = t
	a.judgeUpperTiles(t)
	a.judgeRoots(t)
}

func (t tree) leadsTo(c checkpoint) bool {
	root, err := t.root(c.size)
	return err == nil && root == c.root
}

// tilesBelowFirst are the level-1 hashes of what is not here.
func (a *audit) tilesBelowFirst() []tlog.Hash {
	var hashes []tlog.Hash
	for count := a.first / width; int64(len(hashes)) < count; {
		index := int64(len(hashes)) / width
		tile, err := a.log.tile(1, index, int(min(width, a.newest.size/width-index*width)))
		if err != nil {
			return hashes // judgeUpperTiles names the file
		}
		hashes = append(hashes, tile[:min(int64(len(tile)), count-int64(len(hashes)))]...)
	}
	return hashes
}

func (a *audit) judgeUpperTiles(t tree) {
	unreadable := 0
	for level, count := 1, a.newest.size/width; count > 0; level, count = level+1, count/width {
		for index := int64(0); index*width < count && unreadable < mostUnreadable; index++ {
			wide := int(min(width, count-index*width))
			tile, err := a.log.tile(level, index, wide)
			if err != nil {
				a.file(tilePath(level, index, wide), "tile-readable", "%v", err)
				unreadable++
				continue
			}
			for at, hash := range tile {
				if computed, err := t.node(8*level, index*width+int64(at)); err != nil || computed != hash {
					a.file(tilePath(level, index, wide), "tile-hash", "The tile does not follow from the one below it.")
					break
				}
			}
		}
	}
}

// judgeRoots holds every retained checkpoint to the entries. A loss that the officer has decided upon is excused.
func (a *audit) judgeRoots(t tree) {
	if !t.leadsTo(a.newest) {
		a.file(a.newest.name, "checkpoint-root", "The entries do not lead to the root that was signed: the log was rewritten, or this is not its checkpoint.")
	}
	for _, one := range a.older {
		if one.size < a.first {
			continue
		}
		name, isNumber := parseDecimal(strings.TrimPrefix(one.name, "checkpoints/"))
		if one.size <= a.newest.size && (!isNumber || name != one.size) {
			a.file(one.name, "checkpoint-name", "The file is named after another size.")
		}
		switch {
		case one.size <= a.newest.size && t.leadsTo(one) || a.isExcused(one):
		case one.size > a.newest.size:
			a.file(one.name, "truncated", "The log once had %d entries and now has %d.", one.size, a.newest.size)
		default:
			a.file(one.name, "checkpoint-root", "The first %d entries do not lead to the root that was signed: the log was rewritten.", one.size)
		}
	}
}

func (a *audit) isExcused(one checkpoint) bool {
	var losses []value
	for _, said := range filter(a.record.all("log-restore"), a.isDecided) {
		losses = append(losses, said.says)
	}
	for _, signed := range a.keys.restores {
		if a.structure && a.isLeft(signed.decision) { // The entry that tells of it was not looked at.
			losses = append(losses, signed.decision)
		}
	}
	for _, loss := range losses {
		size, lost := loss.int("size"), loss.int("lost")
		root := "sha256:" + hex.EncodeToString(one.root[:])
		if size < one.size && one.size < lost || one.size == lost && root == loss.str("lostRoot") {
			return true
		}
	}
	return false
}

func min(left, right int64) int64 {
	if left < right {
		return left
	}
	return right
}

// ---- Steps 5 and 6: signatures and form ------------------------------------------------------------------------------

// entry is one leaf. Once it is a fact its signature and form hold; whether it was right to say it is for the rules.
type entry struct {
	index  int64
	digest string
	leaf   tlog.Hash
	envelope
	kind, run, time, subject string
	says                     value   // the content of its statement, as long as it is looked at
	who                      speaker // who signed it
	policy                   *policy // by which it is judged: the one it names, where it may
	inForce                  *policy
	isFact                   bool
	rule, why                string // what is wrong with its form
}

type envelope struct {
	keyID, payload string
	signature      []byte
}

// signed is the DSSE pre-authentication encoding.
func (e envelope) signed() []byte {
	return []byte(fmt.Sprintf("DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(e.payload), e.payload))
}

// openEnvelope reads what envelopeForm has found to be an envelope.
func openEnvelope(v value) envelope {
	payload, _ := base64.StdEncoding.DecodeString(v.str("payload"))
	one := v.at("signatures").items[0]
	signature, _ := base64.StdEncoding.DecodeString(one.str("sig"))
	return envelope{one.str("keyid"), string(payload), signature}
}

var predicateTypeForm = regexp.MustCompile(`^urn:duovir:([a-z-]+):v1$`)

// openEntry reads bytes as far as that takes no key.
func openEntry(index int64, content []byte) *entry {
	e := &entry{index: index, digest: digestOf(string(content)), leaf: tlog.RecordHash(content)}
	outer, fault := parseCanonical(string(content))
	if fault != nil {
		e.rule, e.why = fault.rule, fault.why
		return e
	}
	if complaint := envelopeForm(outer); complaint != "" {
		e.rule, e.why = "envelope-malformed", complaint
		return e
	}
	e.envelope = openEnvelope(outer)
	payload, fault := parseCanonical(e.payload)
	if fault != nil {
		e.rule, e.why = fault.rule, fault.why
		return e
	}
	if complaint := statementForm(payload); complaint != "" {
		e.rule, e.why = "statement-malformed", complaint
		return e
	}
	about := payload.at("subject").items[0]
	e.run, e.subject, e.time = about.str("name"), "sha256:"+about.at("digest").str("sha256"), payload.at("predicate").str("time")
	e.kind = predicateTypeForm.FindStringSubmatch(payload.str("predicateType"))[1]
	kind, isKnown := kinds[e.kind]
	if !isKnown {
		e.rule, e.why = "statement-kind", "unknown kind of statement: "+e.kind
		return e
	}
	e.says = payload.at("predicate").at("content")
	if complaint := kind.form(e.says); complaint != "" {
		e.rule, e.why = "statement-malformed", "not a "+e.kind+" statement: "+complaint
	}
	return e
}

// take puts entries into the record, in order. Who may speak depends on the trust policy in force, which entries change, so
// those are checked on the way; all other signatures are checked side by side afterwards.
func (a *audit) take(entries []*entry) {
	if a.structure {
		return
	}
	for _, e := range entries {
		if e.rule != "" {
			a.entry(e.index, e.rule, "%s", e.why)
			continue
		}
		e.inForce = a.policyAt(e)
		who, isKnown := e.inForce.speakers[e.keyID]
		if before := a.timeline.before; !isKnown && before != nil && strings.HasPrefix(e.kind, "principal-") {
			// The server that tells of a change may be among those whose keys changed.
			who, isKnown = before.speakers[e.keyID]
		}
		if !isKnown {
			// Revocation is by index: what was said before a key was taken back stays said.
			a.entry(e.index, "principal", "%s is not enrolled at this index.", e.keyID)
			continue
		}
		e.who = who
		if e.changesPolicy() && a.isSigned(e) {
			e.isFact = true
			a.changePolicy(e)
		}
		e.policy = a.timeline.orNewest(&a.keys)
	}
	parallel(len(entries), func(at int) {
		if e := entries[at]; e.rule == "" && e.who.principal != nil && !e.changesPolicy() {
			e.isFact = a.isSigned(e)
		}
	})
	for _, e := range entries {
		if e.isFact {
			if !strings.Contains(kinds[e.kind].speakers, e.who.role) {
				a.entry(e.index, "role", "A %s may not state a %s.", e.who.role, e.kind)
			}
			if (e.run == noRun) != isAboutTheLog(e.kind) {
				a.entry(e.index, "entry-run", "A %s does not belong to %s.", e.kind, e.run)
			}
			a.choosePolicy(e)
			a.spans(e)
		}
		if e.rule == "" {
			a.indexed(e)
			a.opened(e)
			a.read(e)
		}
	}
	a.judgeRuns(a.record.ready)
	a.record.ready = nil
}

func (e *entry) changesPolicy() bool { return e.kind == "log-start" || e.kind == "trust-policy" }

func (a *audit) isSigned(e *entry) bool {
	holds := e.who.signed(e.envelope)
	if !holds {
		a.entry(e.index, "signature-invalid", "The signature of %s does not match the bytes.", e.keyID)
	}
	return holds
}

// signed: Ed25519 as in RFC 8032, or a passkey.
func (s speaker) signed(e envelope) bool {
	if s.passkey != nil {
		return s.passkey.holds(e.signed(), e.signature)
	}
	return len(s.key) == ed25519.PublicKeySize && len(e.signature) == ed25519.SignatureSize && ed25519.Verify(s.key, e.signed(), e.signature)
}

// ---- Which trust policy is in force ----------------------------------------------------------------------------------

// timeline is told by the log itself; the officer's signature makes it true.
type timeline struct {
	inForce, before *policy
	changes         []change
}

type change struct {
	index   int64
	isStart bool
	policy  *policy
	before  *policy
}

func (t *timeline) orNewest(keys *keyRing) *policy {
	if t.inForce == nil {
		return keys.newest
	}
	return t.inForce
}

// policyAt is the policy under which an entry speaks. A start is judged by the one that it puts in force.
func (a *audit) policyAt(e *entry) *policy {
	if e.kind == "log-start" {
		if named := a.keys.byDigest[e.says.str("trustPolicy")]; named != nil {
			return named
		}
		return a.keys.newest
	}
	if a.timeline.inForce == nil {
		a.entry(e.index, "log-start", "No trust policy is in force: the log was not started.")
	}
	return a.timeline.orNewest(&a.keys)
}

func (a *audit) changePolicy(e *entry) {
	digest := e.says.str("trustPolicy")
	if e.kind == "trust-policy" {
		digest = e.subject
		next := a.keys.byDigest[digest]
		if next != nil && (next.int("version") != e.says.int("version") || next.signature != e.says.str("signature")) {
			a.entry(e.index, "policy-signature", "Version or signature are not those of the policy that the officer signed.")
		}
		previous := ""
		if a.timeline.inForce != nil {
			previous = a.timeline.inForce.digest
		}
		if e.says.str("previous") != previous {
			a.entry(e.index, "policy-chain", "The trust policy takes the place of another one than was in force.")
		}
	}
	next, last := a.keys.byDigest[digest], a.timeline.inForce
	switch {
	case next == nil:
		a.entry(e.index, "policy-unknown", "The officer has signed no such trust policy.")
		return
	case last != nil && last.digest == digest:
	case last != nil && next.int("version") <= last.int("version"):
		a.entry(e.index, "policy-downgrade", "An older trust policy was put in force again.")
	case last != nil && next.at("supersedes").str("digest") != last.digest:
		a.entry(e.index, "policy-chain", "The officer signed this policy to take the place of another one.")
	}
	if last != nil && last != next {
		a.timeline.before = last
	}
	a.timeline.inForce = next
	a.timeline.changes = append(a.timeline.changes, change{e.index, e.kind == "log-start", next, last})
}

// choosePolicy finds the policy by which a fact is judged. What was begun under an earlier one may still name it; what comes of
// that is for the rules about verdicts and permits.
func (a *audit) choosePolicy(e *entry) {
	named := e.says.str("trustPolicy")
	if e.kind == "log-start" || named == "" || named == e.policy.digest {
		return
	}
	switch e.kind {
	case "intent", "motion", "opinion", "approval", "verdict", "permit":
		if a.wasInForce(named, e.index) {
			e.policy = a.keys.byDigest[named]
			return
		}
	}
	a.entry(e.index, "policy-in-force", "The entry refers to a trust policy that is not in force here.")
}

// wasInForce says whether a policy had already been replaced at an index.
func (a *audit) wasInForce(digest string, index int64) bool {
	for _, one := range a.timeline.changes {
		if one.index < index && one.before != nil && one.before.digest == digest && one.policy != one.before {
			return true
		}
	}
	return false
}

// since are the policies that were in force since the last start before an index.
func (t *timeline) since(index int64) map[*policy]bool {
	policies := map[*policy]bool{}
	for _, one := range t.changes {
		if one.index >= index {
			break
		}
		if one.isStart {
			policies = map[*policy]bool{}
		}
		policies[one.policy] = true
	}
	return policies
}

// ---- The record: what the rules look at ------------------------------------------------------------------------------

// record holds what was said. A run is judged when it is settled, and its entries are forgotten.
type record struct {
	runs   map[string]*run
	ready  []*run                     // settled, and not judged yet
	common map[string][]*entry        // by kind: what concerns the log
	named  map[string]*entry          // of those, by digest
	uses   map[string]bool            // permit ids that were given, and that were used
	sealed map[[sha256.Size]byte]bool // what was committed to, hashed once more to be small
	start  *entry                     // the last log-start
	beat   int64                      // number of the last heartbeat since then; -1 where that is not here
}

// noRun is what entries say that concern the log, or everybody who is in it.
const noRun = "duovir"

func isAboutTheLog(kind string) bool {
	switch kind {
	case "log-start", "log-stop", "trust-policy", "principal-enrol", "principal-rotate", "principal-revoke", "token-issue", "token-revoke",
		"model-stop", "model-resume", "stop", "stop-lift", "break-glass", "break-glass-end", "evidence-export", "blob-shred", "log-restore",
		"heartbeat", "audit-read", "access-refusal":
		return true
	}
	return false
}

func (r *record) all(kind string) []*entry { return r.common[kind] }

func newRecord() record {
	return record{runs: map[string]*run{}, common: map[string][]*entry{}, named: map[string]*entry{}, uses: map[string]bool{}, sealed: map[[sha256.Size]byte]bool{}}
}

func (r *record) runOf(name string) *run {
	if r.runs[name] == nil {
		name = strings.Clone(name) // A part of an entry's bytes would keep all of them.
		r.runs[name] = &run{name: name, chain: sha256.Sum256([]byte("duovir/run/v1\x00" + name))}
	}
	return r.runs[name]
}

// read takes the next statement. Every one that names a run counts; what nobody enrolled has signed is no fact.
func (a *audit) read(e *entry) {
	r := a.record.runOf(e.run)
	isLate := r.isSettled
	if e.run != noRun {
		a.judgeSeal(r, e)
	}
	if !e.isFact {
		return
	}
	if (e.kind == "permit" || e.kind == "receipt") && !isLate {
		a.judgeUse(e)
	}
	if e.kind == "blob-shred" && !a.record.sealed[sha256.Sum256([]byte(e.subject))] && a.first == 0 { // else the earlier entry may be one that is not here
		a.entry(e.index, "blob-shred", "What is shredded had not been committed to by an earlier entry.")
	}
	if commitment := e.says.str("commitment"); commitment != "" && e.kind != "commitment" {
		a.record.sealed[sha256.Sum256([]byte(commitment))] = true
	}
	a.judgeHeartbeat(e)
	a.judgeTime(e)
	switch {
	case e.kind == "heartbeat" || e.kind == "audit-read" || e.kind == "access-refusal": // Nothing rests on these, and there are many.
	case isAboutTheLog(e.kind):
		a.record.common[e.kind] = append(a.record.common[e.kind], e)
		if a.record.named[e.digest] == nil {
			a.record.named[e.digest] = e
		}
	case !isLate:
		r.facts = append(r.facts, e)
	}
}

// run is the story of one run.
type run struct {
	name      string
	entries   int64
	chain     [sha256.Size]byte
	isSettled bool
	facts     []*entry
	byKind    map[string][]*entry
	byName    map[string]*entry
}

// judgeSeal: the last word about a run says how many entries it has, and the chain they make: none was left out, put in or moved.
func (a *audit) judgeSeal(r *run, e *entry) {
	if r.isSettled {
		a.entry(e.index, "after-settlement", "Something was said about %s after its last word.", r.name)
		return
	}
	r.isSettled = e.isFact && e.kind == "settlement"
	if r.isSettled {
		a.record.ready = append(a.record.ready, r)
	}
	if r.isSettled && (e.says.int("entries") != r.entries || e.says.str("chain") != "sha256:"+hex.EncodeToString(r.chain[:])) {
		a.entry(e.index, "run-sequence", "The settlement names other entries than the %d of its run before it.", r.entries)
	}
	r.entries, r.chain = r.entries+1, sha256.Sum256(append(r.chain[:], e.leaf[:]...))
}

// judgeUse: no id is given to two permits and none is used twice, in whichever runs.
func (a *audit) judgeUse(e *entry) {
	use := e.kind + " " + e.says.str("permit")
	switch {
	case !a.record.uses[use]:
	case e.kind == "permit":
		a.entry(e.index, "permit-unique", "Two permits have the same id.")
	default:
		a.entry(e.index, "permit-once", "This permit was already used.")
	}
	a.record.uses[use] = true
}

// judgeHeartbeat: while a log is written its heart beats; each beat is about the last start, and none is left out.
func (a *audit) judgeHeartbeat(e *entry) {
	switch e.kind {
	case "log-start":
		a.record.start, a.record.beat = e, 0
		if e.index < a.first {
			a.record.beat = -1
		}
	case "heartbeat":
		if a.record.start == nil || e.subject != a.record.start.digest {
			a.entry(e.index, "heartbeat-start", "The heartbeat is not about the last start of the log.")
		}
		if number := e.says.int("number"); a.record.beat >= 0 && number != a.record.beat+1 {
			a.entry(e.index, "heartbeat-sequence", "Heartbeat %d follows heartbeat %d: some were left out, or it was told twice.", number, a.record.beat)
		}
		a.record.beat = e.says.int("number")
	}
}

func (r *run) all(kind string) []*entry { return r.byKind[kind] }

// about are the facts of a kind about one document, in order.
func (r *run) about(kind, subject string) []*entry {
	return filter(r.byKind[kind], func(e *entry) bool { return e.subject == subject })
}

// find is the entry that a digest names, if it has that kind.
func (r *run) find(digest, kind string) *entry {
	if e := r.byName[digest]; e != nil && e.kind == kind {
		return e
	}
	return nil
}

func (r *run) inCall(kind, call string) []*entry {
	return filter(r.byKind[kind], func(e *entry) bool { return e.says.str("call") == call })
}

// permit is the first of this run with an id.
func (r *run) permit(id string) *entry {
	return firstOf(r.byKind["permit"], func(e *entry) bool { return e.says.str("permit") == id })
}

// verdictOf is what a receipt rests on: the verdict that its permit names.
func (r *run) verdictOf(receipt *entry) *entry {
	if permit := r.permit(receipt.says.str("permit")); permit != nil {
		return r.find(permit.says.str("verdict"), "verdict")
	}
	return nil
}

func filter(list []*entry, keep func(*entry) bool) []*entry {
	var kept []*entry
	for _, e := range list {
		if keep(e) {
			kept = append(kept, e)
		}
	}
	return kept
}

func firstOf(list []*entry, is func(*entry) bool) *entry {
	for _, e := range list {
		if is(e) {
			return e
		}
	}
	return nil
}

func lastOf(list []*entry, is func(*entry) bool) *entry {
	for at := len(list) - 1; at >= 0; at-- {
		if is(list[at]) {
			return list[at]
		}
	}
	return nil
}

func contains(list []*entry, wanted *entry) bool {
	return wanted != nil && firstOf(list, func(e *entry) bool { return e == wanted }) != nil
}

func (e *entry) isBefore(other *entry) bool { return e.index < other.index }

// milliseconds of a time whose form has been checked.
func milliseconds(text string) int64 {
	at, _ := time.Parse(timeLayout, text)
	return at.UnixMilli()
}

// crossing: what was on its way when a stop or a policy came still arrives.
const crossing = 5000

// ---- Step 7: what every run must keep to -----------------------------------------------------------------------------

func (a *audit) judgeRuns(runs []*run) {
	parallel(len(runs), func(at int) {
		r := runs[at]
		r.byKind, r.byName = map[string][]*entry{}, map[string]*entry{}
		for _, e := range r.facts {
			r.byKind[e.kind] = append(r.byKind[e.kind], e)
			if r.byName[e.digest] == nil { // of the same bytes, the first
				r.byName[e.digest] = e
			}
		}
		openings := openingsOf(r)
		a.judgeMotions(r)
		a.judgeVotes(r, openings)
		a.judgeDebate(r, openings)
		a.judgeVerdicts(r, openings)
		a.judgeExecution(r)
		a.judgeHeals(r, openings)
		a.judgeAttested(r)
		a.judgeThoughts(r)
		a.judgeEgress(r)
		a.judgeSpending(r)
		r.facts, r.byKind, r.byName = nil, nil, nil
	})
}

// -- What motions rest on: the request that a person has signed, and the plan they change.

const mostRevisions = 2

func (a *audit) judgeMotions(r *run) {
	for _, motion := range r.all("motion") {
		previous := motion.says.str("previous")
		earlier := filter(r.about("motion", previous), func(e *entry) bool { return e.isBefore(motion) })
		carried := firstOf(r.about("verdict", previous), func(e *entry) bool { return e.isBefore(motion) && e.isCarried() })
		isHeal := motion.says.str("kind") == "heal"
		if isHeal && (previous == "" || carried == nil) || !isHeal && previous != "" && len(earlier) == 0 {
			a.entry(motion.index, "motion-previous", "The patch or revision does not rest on a plan of this run.")
		}
		if revisionsOf(r, motion) > mostRevisions {
			a.entry(motion.index, "revisions", "The plan was revised more than %d times.", mostRevisions)
		}
	}
	for _, verdict := range filter(r.all("verdict"), (*entry).isCarried) {
		a.judgeIntent(r, verdict)
	}
}

// revisionsOf counts back to the first plan. A patch is none: it changes what was carried.
func revisionsOf(r *run, motion *entry) int {
	revisions := 0
	for at := motion; at != nil && revisions <= mostRevisions; revisions++ {
		if at.says.str("kind") == "heal" || at.says.str("previous") == "" {
			return 0
		}
		later := at
		at = lastOf(r.about("motion", at.says.str("previous")), func(e *entry) bool { return e.isBefore(later) })
	}
	return revisions
}

func (e *entry) isCarried() bool { return e.says.str("verdict") == "carried" }

// judgeIntent: from the class that the policy names on, no server can ask in somebody's name.
func (a *audit) judgeIntent(r *run, verdict *entry) {
	from := verdict.policy.at("requests").str("signedFrom")
	if verdict.says.str("riskClass") < from || len(r.all("request")) == 0 { // R0 … R4 are in the order of the alphabet
		return
	}
	request := r.all("request")[0]
	requester := request.says.str("requester")
	before := verdict.index
	if plans := r.all("plan"); len(plans) > 0 {
		before = plans[0].index
	}
	intent := r.find(request.says.str("intent"), "intent")
	if intent == nil || intent.who.name != requester || intent.says.str("requester") != requester || intent.index >= before {
		a.entry(verdict.index, "intent", "%s is said to have asked for this, and has not signed it before it was planned.", requester)
	}
}

// -- Two votes, each by commitment and reveal.

// opening is one time a motion was put to the vote. Where the target drifts, or another policy comes into force, the same plan
// is frozen again, and what was said about it before counts no more.
type opening struct {
	motion                                            *entry
	commitments, opinions, rebuttals, tests, verdicts []*entry
	approvals                                         []*entry // perhaps of an earlier opening under the same policy
}

func openingsOf(r *run) []opening {
	var openings []opening
	for _, motion := range r.all("motion") {
		motion := motion
		next := firstOf(r.about("motion", motion.subject), motion.isBefore)
		within := func(kind string) []*entry {
			return filter(r.about(kind, motion.subject), func(e *entry) bool {
				return motion.isBefore(e) && (next == nil || e.isBefore(next))
			})
		}
		approvals := filter(r.about("approval", motion.subject), func(e *entry) bool {
			return e.says.str("trustPolicy") == motion.says.str("trustPolicy")
		})
		openings = append(openings, opening{motion, within("commitment"), within("opinion"), within("rebuttal"),
			within("finding-check"), within("verdict"), approvals})
	}
	return openings
}

// proposal is the statement of who wrote what is voted on.
func (o opening) proposal(r *run) *entry {
	return lastOf(r.about("plan", o.motion.subject), func(e *entry) bool { return e.isBefore(o.motion) })
}

// debated are the ids of what had been found by an index, as the debate calls them: they say neither who nor when.
func (o opening) debated(before int64) map[string]bool {
	ids := map[string]bool{}
	for _, opinion := range o.opinions {
		if opinion.index >= before {
			continue
		}
		for _, found := range opinion.says.at("findings").items {
			step := "null"
			if found.str("step") != "" {
				step = `"` + found.str("step") + `"`
			}
			named := fmt.Sprintf(`{"motion":"%s","rule":"%s","step":%s}`, o.motion.subject, found.str("rule"), step)
			ids["f-"+digestOf(named)[len("sha256:"):len("sha256:")+8]] = true
		}
	}
	return ids
}

func (a *audit) judgeVotes(r *run, openings []opening) {
	known := map[*entry]bool{}
	for _, o := range openings {
		for _, opinion := range o.opinions {
			known[opinion] = true
			if opinion.says.str("evidence") != o.motion.says.str("evidence") || opinion.says.str("trustPolicy") != o.motion.says.str("trustPolicy") {
				a.entry(opinion.index, "opinion-evidence", "The reviewer judged by other evidence, or another policy, than was frozen.")
			}
			round := filter(o.commitments, func(e *entry) bool { return e.says.int("round") == opinion.says.int("round") })
			a.judgeCommitment(opinion, round)
			if opinion.says.str("phase") == "blind" {
				a.judgeFirstVote(o, opinion, round)
			} else {
				a.judgeSecondVote(o, opinion, round)
			}
		}
	}
	for _, opinion := range r.all("opinion") {
		if !known[opinion] {
			a.entry(opinion.index, "opinion-motion", "Nothing had been put to the vote that this could be about.")
		}
	}
}

// judgeCommitment: blind means that everybody was bound before anybody could read.
func (a *audit) judgeCommitment(opinion *entry, round []*entry) {
	own := filter(round, func(e *entry) bool { return e.who.name == opinion.who.name })
	if len(own) != 1 || own[0].index >= opinion.index {
		a.entry(opinion.index, "commitment", "The reviewer had not bound itself, once, before this opinion.")
	}
	if firstOf(round, opinion.isBefore) != nil {
		a.entry(opinion.index, "blind", "Somebody could read this opinion before committing to an own one.")
	}
}

func (a *audit) judgeFirstVote(o opening, opinion *entry, round []*entry) {
	if opinion.says.str("changedFrom") != "" || len(opinion.says.at("because").items) > 0 {
		a.entry(opinion.index, "changed-from", "A first vote has nothing that it could have changed from.")
	}
	for _, rebuttal := range o.rebuttals {
		if firstOf(round, rebuttal.isBefore) != nil {
			a.entry(opinion.index, "blind", "The vote was called blind, and the proposer had already answered to findings.")
			return
		}
	}
}

// findingID is the form of findings and their tests; what else is named as a cause, only the sealed words know.
var findingID = regexp.MustCompile(`^[fc]-[0-9a-f]{8}$`)

func (a *audit) judgeSecondVote(o opening, opinion *entry, round []*entry) {
	from := opinion.index
	for _, bound := range round {
		from = min(from, bound.index)
	}
	blind := filter(o.opinions, func(e *entry) bool { return e.says.str("phase") == "blind" })
	first := lastOf(blind, func(e *entry) bool { return e.index < from && e.who.name == opinion.who.name })
	if first == nil {
		a.entry(opinion.index, "second-blind", "Who votes a second time had not voted blind before.")
		return
	}
	said := first.says.str("verdict")
	if said == opinion.says.str("verdict") {
		said = ""
	}
	if opinion.says.str("changedFrom") != said {
		a.entry(opinion.index, "changed-from", "The first vote was %s; this one says otherwise.", first.says.str("verdict"))
	}
	answered := firstOf(o.rebuttals, func(e *entry) bool { return e.index < from })
	if answered == nil || firstOf(blind, func(e *entry) bool { return e.index > from }) != nil {
		a.entry(opinion.index, "second-rebuttal", "The second vote began before all had voted and the proposer had answered.")
	}
	known := o.debated(from)
	for _, test := range o.tests {
		if test.index < from {
			known[test.says.str("check")] = true
		}
	}
	for _, cause := range opinion.says.at("because").items {
		if findingID.MatchString(cause.text) && !known[cause.text] {
			a.entry(opinion.index, "cause", "It names %s as its cause, which nobody had found or tested before.", cause.text)
		}
	}
}

// -- Between the votes: the proposer answers once, and what was found is put to the test.

func (a *audit) judgeDebate(r *run, openings []opening) {
	for _, o := range openings {
		proposal := o.proposal(r)
		var fix *entry
		for at, rebuttal := range o.rebuttals {
			if proposal == nil || rebuttal.who.name != proposal.who.name {
				a.entry(rebuttal.index, "rebuttal-proposer", "Somebody else than its proposer answered for the motion.")
			}
			if at > 0 {
				a.entry(rebuttal.index, "rebuttal-once", "The proposer had its say about this motion twice.")
			}
			for _, answer := range rebuttal.says.at("answers").items {
				if fix == nil && answer.str("kind") == "fix" {
					fix = rebuttal
				}
			}
		}
		for _, test := range o.tests {
			if !o.debated(test.index)[test.says.str("finding")] {
				a.entry(test.index, "check-finding", "A finding was tested that nobody had made.")
			}
		}
		for _, verdict := range o.verdicts {
			if fix != nil && verdict.isCarried() && fix.isBefore(verdict) {
				a.entry(verdict.index, "withdrawn", "The motion was carried after its proposer had taken it back.")
			}
		}
	}
}

// -- Every verdict counts what was said, all of it, and comes out as the rule says when it is counted again.

func (a *audit) judgeVerdicts(r *run, openings []opening) {
	known := map[*entry]bool{}
	for _, o := range openings {
		for _, verdict := range o.verdicts {
			known[verdict] = true
			b := ballotsOf(r, o, verdict)
			if b.hasUnknown {
				a.entry(verdict.index, "verdict-ballots", "The verdict counts an opinion that is not in the log before it, about this motion.")
			}
			if verdict.isCarried() {
				a.judgeChecks(r, verdict)
				a.judgeWithheld(o, verdict, b)
				a.judgeTally(r, o, verdict, b)
			}
		}
	}
	for _, verdict := range r.all("verdict") {
		if !known[verdict] {
			a.entry(verdict.index, "verdict-class", "There is a verdict on what was never put to the vote.")
		}
		a.judgeGlassUse(r, verdict)
	}
}

// ballots are the opinions and approvals that a verdict names.
type ballots struct {
	opinions, approvals []*entry
	hasUnknown          bool
}

func ballotsOf(r *run, o opening, verdict *entry) ballots {
	var b ballots
	count := func(kind string, said []*entry) []*entry {
		named := map[string]bool{}
		for _, one := range verdict.says.at(kind + "s").items {
			named[one.text] = true
			ballot := r.find(one.text, kind)
			b.hasUnknown = b.hasUnknown || !contains(said, ballot) || ballot.index >= verdict.index
		}
		return filter(said, func(e *entry) bool { return named[e.digest] })
	}
	b.opinions, b.approvals = count("opinion", o.opinions), count("approval", o.approvals)
	return b
}

// judgeChecks: no majority outvotes a checker.
func (a *audit) judgeChecks(r *run, verdict *entry) {
	checks := filter(r.about("checks", verdict.subject), func(e *entry) bool { return e.isBefore(verdict) })
	if len(checks) == 0 || firstOf(checks, func(e *entry) bool { return !e.says.is("passed") }) != nil {
		a.entry(verdict.index, "checks-passed", "The motion was carried although the checkers had not passed it.")
	}
}

// judgeWithheld: who counts leaves out no dissent, and asks once. A vote that could not be finished is held again; then what was
// said for the motion in the broken one counts no more, what was said against it does.
func (a *audit) judgeWithheld(o opening, verdict *entry, b ballots) {
	rounds, votes, phases := map[int64]bool{}, map[string]bool{}, map[string]bool{}
	for _, opinion := range b.opinions {
		round, phase := opinion.says.int("round"), opinion.says.str("phase")
		rounds[round], phases[phase], votes[fmt.Sprint(phase, round)] = true, true, true
	}
	for _, opinion := range o.opinions {
		isHarmless := opinion.says.str("verdict") == "approve" && len(opinion.says.at("findings").items) == 0
		if (rounds[opinion.says.int("round")] || !isHarmless) && opinion.isBefore(verdict) && !contains(b.opinions, opinion) {
			a.entry(verdict.index, "verdict-withheld", "The verdict leaves out what %s had said about this motion.", opinion.who.name)
		}
	}
	for _, approval := range o.approvals {
		isDissent := o.motion.isBefore(approval) && approval.says.str("verdict") == "reject"
		if isDissent && approval.isBefore(verdict) && !contains(b.approvals, approval) {
			a.entry(verdict.index, "verdict-withheld", "The verdict leaves out what %s had said about this motion.", approval.who.name)
		}
	}
	if len(votes) != len(phases) {
		a.entry(verdict.index, "vote-again", "The verdict counts opinions of more than one vote of the same kind.")
	}
}

func (a *audit) judgeTally(r *run, o opening, verdict *entry, b ballots) {
	motion, says, proposal := o.motion.says, verdict.says, o.proposal(r)
	proposer := "planner"
	if motion.str("kind") == "heal" {
		proposer = "healer"
	}
	requests := r.all("request")
	switch {
	case o.motion.inForce.digest != motion.str("trustPolicy"):
		a.entry(verdict.index, "motion-policy", "The motion was frozen under a trust policy that was no longer in force.")
		return
	case motion.str("riskClass") != says.str("riskClass") || motion.str("trustPolicy") != says.str("trustPolicy"):
		a.entry(verdict.index, "verdict-class", "The motion was carried under another risk class or policy than its own.")
		return
	case proposal == nil || proposal.who.role != proposer:
		a.entry(verdict.index, "motion-author", "No %s had stated this plan.", proposer)
		return
	case len(requests) == 0 || requests[0].index > o.motion.index:
		a.entry(verdict.index, "request", "The motion was carried although nobody had asked for anything.")
		return
	}
	c := count{policy: verdict.policy, class: says.str("riskClass"), proposer: proposal.who.name, requester: requests[0].says.str("requester"),
		opinions: b.opinions, approvals: b.approvals, brokenBy: a.brokenBy(verdict)}
	for _, reason := range motion.at("reasons").items {
		// The plan is sealed; that it touches cardholder data is one of the reasons for its class.
		c.isCardholder = c.isCardholder || reason.text == "risk.cardholder-data"
	}
	result := c.tally()
	said := says.at("counted")
	switch {
	case result.isVeto:
		a.entry(verdict.index, "veto", "The motion was carried over a veto (%s).", result.reason)
	case !result.isCarried:
		a.entry(verdict.index, "quorum", "The motion was carried without its quorum (%s).", result.reason)
	case said.int("reviewers") != result.reviewers || said.int("approvals") != result.approvals || said.int("groups") != result.groups ||
		said.int("people") != result.people || says.str("reason") != result.reason:
		a.entry(verdict.index, "verdict-count", "Counted again it comes to other numbers (%s).", result.reason)
	}
}

// -- The tally: by rule and never by a model. Doubt is never carried.

type count struct {
	policy              *policy
	class               string
	isCardholder        bool
	proposer, requester string
	opinions, approvals []*entry
	brokenBy            map[string]bool
}

type result struct {
	isCarried, isVeto                    bool
	reason                               string
	reviewers, approvals, groups, people int64
}

// voices: each principal once, for its own group, and none that has proposed or requested the motion.
type voices struct {
	approving, rejecting, people []*principal
	isAttacked                   bool     // somebody has looked for harm
	standing                     []*entry // what reviewers and the adversary have to say
}

func (c count) tally() result {
	v := c.voices()
	groups := map[string]bool{}
	for _, who := range v.approving {
		groups[who.group] = true
	}
	counted := result{reviewers: int64(len(v.approving) + len(v.rejecting)), approvals: int64(len(v.approving)),
		groups: int64(len(groups) + len(v.people)), people: int64(len(v.people))}
	ends := func(reason string, isVeto bool) result {
		counted.reason, counted.isVeto = reason, isVeto
		return counted
	}
	carried := func(reason string) result {
		counted.isCarried = true
		return ends(reason, false)
	}
	rule := c.policy.at("quorum", c.class)
	if c.class == "R4" {
		return ends("verdict.forbidden", false)
	}
	if !rule.exists() {
		return ends("verdict.no-rule", false)
	}
	if reason := c.veto(rule); reason != "" {
		return ends(reason, true)
	}
	wanted := rule.int("people")
	if more := rule.int("cardholderPeople"); c.isCardholder && more > wanted {
		wanted = more
	}
	if c.isGlassBroken(v, wanted) {
		return carried("verdict.glass-broken")
	}
	silent := rule.int("reviewers") - counted.reviewers
	if silent < 0 {
		silent = 0
	}
	// Even if all who are silent had approved, it would not be enough: no person stands in for who has said no.
	if counted.approvals+silent < rule.int("approvals") {
		return ends("verdict.quorum-unmet", false)
	}
	missing := silent
	if rule.is("adversary") && !v.isAttacked {
		missing++
	}
	isOpen := firstOf(v.standing, func(e *entry) bool { return gravest(e) >= gravity("high") }) != nil
	// One person more for each voice that is missing, and for each that is against: to object is never less than to be silent.
	standIns := wanted + missing + int64(len(v.rejecting))
	if isOpen && standIns < 1 {
		standIns = 1
	}
	if counted.people < standIns {
		return ends("verdict.people-needed", false)
	}
	if counted.groups < rule.int("groups") { // each person is a group as well
		return ends("verdict.groups-needed", false)
	}
	return carried("verdict.quorum-met")
}

func (c count) voices() voices {
	var v voices
	stand := standing(heard(c.opinions, c.policy))
	// In the order of the policy: the map has none.
	for _, one := range c.policy.at("principals").items {
		who := c.policy.principals[one.str("name")]
		if who.name == c.proposer || who.name == c.requester {
			continue
		}
		own := filter(stand, func(e *entry) bool { return e.who.name == who.name })
		isAdversary := who.mandate == "adversary"
		switch {
		case who.role == "reviewer":
			v.standing = append(v.standing, own...)
			for _, e := range own {
				// An adversary that found nothing says so by an abstention of its own kind; any other is silence.
				v.isAttacked = v.isAttacked || isAdversary && (e.says.str("verdict") != "abstain" || e.says.str("abstention") == "nothing-found")
			}
			if isAdversary {
				continue
			}
			others := filter(own, func(e *entry) bool { return e.says.str("verdict") != "approve" })
			genuine := firstOf(own, func(e *entry) bool { return who.brain == e.says.str("brain") })
			if len(others) == 0 && genuine != nil {
				v.approving = append(v.approving, who)
			}
			if firstOf(own, func(e *entry) bool { return e.says.str("verdict") == "reject" }) != nil {
				v.rejecting = append(v.rejecting, who)
			}
		case who.role == "person":
			if firstOf(c.approvals, func(e *entry) bool { return e.who.name == who.name && e.says.str("verdict") == "approve" }) != nil {
				v.people = append(v.people, who)
			}
		}
	}
	return v
}

// heard leaves out second votes in another voice than the own: rules that approve in the name of a model have not heard what
// changed the model's mind.
func heard(opinions []*entry, p *policy) []*entry {
	return filter(opinions, func(e *entry) bool {
		who := p.principals[e.who.name]
		return e.says.str("phase") != "second" || e.says.str("verdict") != "approve" || who == nil || who.brain == e.says.str("brain")
	})
}

// standing is each reviewer's word once both votes are in. A changed verdict that names no cause does not count, the first one
// stands. A second vote without a first may object, and cannot approve. Who says two things in one vote has said all of them.
func standing(opinions []*entry) []*entry {
	var stand []*entry
	done := map[string]bool{}
	for _, opinion := range opinions {
		name := opinion.who.name
		if done[name] {
			continue
		}
		done[name] = true
		own := filter(opinions, func(e *entry) bool { return e.who.name == name })
		first := filter(own, func(e *entry) bool { return e.says.str("phase") == "blind" })
		second := filter(own, func(e *entry) bool { return e.says.str("phase") == "second" })
		switch {
		case len(first) == 0:
			stand = append(stand, filter(own, func(e *entry) bool { return e.says.str("verdict") != "approve" })...)
		case len(first) > 1 || len(second) > 1:
			stand = append(stand, own...)
		case len(second) == 1 && (len(second[0].says.at("because").items) > 0 || upholds(second[0], first[0])):
			stand = append(stand, second[0])
		default:
			stand = append(stand, first[0])
		}
	}
	return stand
}

// upholds: a second vote says no less against the motion than the first. To withdraw an objection takes a cause as well.
func upholds(second, first *entry) bool {
	return second.says.str("verdict") == first.says.str("verdict") && second.says.str("abstention") == first.says.str("abstention") &&
		gravest(second) >= gravest(first) && (showsCritical(second) || !showsCritical(first))
}

func gravity(severity string) int {
	for at, name := range severities {
		if name == severity {
			return at
		}
	}
	return -1
}

func gravest(e *entry) int {
	most := -1
	for _, found := range e.says.at("findings").items {
		if grave := gravity(found.str("severity")); grave > most {
			most = grave
		}
	}
	return most
}

func showsCritical(e *entry) bool {
	for _, found := range e.says.at("findings").items {
		if found.str("severity") == "critical" && found.is("evidenced") {
			return true
		}
	}
	return false
}

// veto is what no majority outvotes. Whoever objects need not be neutral, or alone.
func (c count) veto(rule value) string {
	isEnrolled := func(name, role string) bool {
		who := c.policy.principals[name]
		return who != nil && who.role == role
	}
	said := filter(standing(heard(c.opinions, c.policy)), func(e *entry) bool { return isEnrolled(e.who.name, "reviewer") })
	isGrave := func(e *entry) bool {
		return e.says.str("verdict") == "reject" && gravest(e) >= gravity(rule.str("veto"))
	}
	// In whichever vote: what there was no budget to look at again has not been looked at again.
	isPenniless := func(e *entry) bool {
		return e.says.str("abstention") == "budget" && isEnrolled(e.who.name, "reviewer")
	}
	isRefusal := func(e *entry) bool { return e.says.str("verdict") == "reject" && isEnrolled(e.who.name, "person") }
	switch {
	case firstOf(said, showsCritical) != nil:
		return "verdict.critical-finding"
	case firstOf(said, isGrave) != nil:
		return "verdict.rejected-finding"
	case firstOf(c.opinions, isPenniless) != nil:
		return "verdict.budget-exhausted"
	case firstOf(c.approvals, isRefusal) != nil:
		return "verdict.person-rejected"
	}
	return ""
}

// isGlassBroken: people in an emergency take the place of the reviewers; checkers and vetoes stay, and so do the people the rule wants.
func (c count) isGlassBroken(v voices, wanted int64) bool {
	rule, breaking := c.policy.at("breakGlass"), int64(0)
	for _, who := range v.people {
		if c.brokenBy[who.name] {
			breaking++
		}
	}
	return rule.lists("classes", c.class) && breaking >= rule.int("people") && int64(len(v.people)) >= wanted
}

// -- What was executed was permitted before, exactly so, and once.

func (a *audit) judgeExecution(r *run) {
	for _, permit := range r.all("permit") {
		verdict := r.find(permit.says.str("verdict"), "verdict")
		switch {
		case verdict == nil || verdict.index > permit.index:
			a.entry(permit.index, "permit-verdict", "The permit was given without a verdict.")
		case !verdict.isCarried() || verdict.subject != permit.says.str("motion") || verdict.says.str("trustPolicy") != permit.says.str("trustPolicy"):
			a.entry(permit.index, "permit-verdict", "The verdict did not carry this motion.")
		}
		a.judgeStopped(r, permit)
	}
	for _, receipt := range r.all("receipt") {
		a.judgeReceipt(r, receipt)
		a.judgeSuperseded(r, receipt)
		a.judgeGlassTime(r, receipt)
	}
}

func (a *audit) judgeReceipt(r *run, receipt *entry) {
	permit := r.permit(receipt.says.str("permit"))
	if permit == nil || permit.index > receipt.index {
		a.entry(receipt.index, "receipt-permit", "Something was executed without a permit.")
		return
	}
	isSame := permit.subject == receipt.subject
	for _, what := range []string{"step", "purpose", "attempt", "fence"} {
		isSame = isSame && permit.says.str(what) == receipt.says.str(what)
	}
	if !isSame {
		a.entry(receipt.index, "receipt-bytes", "What was executed is not what was permitted.")
	}
	if receipt.says.str("startedAt") > permit.says.str("expiresAt") {
		a.entry(receipt.index, "permit-expired", "The permit had expired when it was used.")
	}
}

// judgeSuperseded: what was decided under the policy before is carried out until the officer's date, and only while all whose
// word it rests on are still enrolled.
func (a *audit) judgeSuperseded(r *run, receipt *entry) {
	verdict := r.verdictOf(receipt)
	if verdict == nil {
		return
	}
	// What had begun before a change ends after it, and is told only then; a new policy is in the ledger before the runner has it.
	inForce, started := receipt.inForce, milliseconds(receipt.says.str("startedAt"))
	later := firstOf(a.record.all("trust-policy"), func(e *entry) bool {
		return e.isBefore(receipt) && started <= milliseconds(e.time)+crossing
	})
	if later != nil {
		inForce = later.inForce
	}
	decidedUnder := verdict.says.str("trustPolicy")
	if decidedUnder == inForce.digest || decidedUnder == receipt.inForce.digest {
		return
	}
	supersedes := inForce.at("supersedes")
	// What was begun may be undone after its time.
	isLate := receipt.says.str("purpose") == "apply" && receipt.says.str("startedAt") > supersedes.str("decidedUntil")
	if supersedes.str("digest") != decidedUnder || isLate {
		a.entry(receipt.index, "policy-expired", "It had been decided under a trust policy whose decisions were no longer to be carried out.")
	}
	voices := []*entry{verdict}
	for _, list := range []string{"opinion", "approval"} {
		for _, digest := range verdict.says.at(list + "s").items {
			voices = append(voices, r.find(digest.text, list))
		}
	}
	for _, voice := range append(voices, a.broken(verdict)...) {
		if voice == nil {
			continue
		}
		now := inForce.principals[voice.who.name]
		if now == nil || now.role != voice.who.role || now.group != voice.who.group || now.key != voice.who.principal.key {
			a.entry(receipt.index, "permit-revoked", "It rests on the word of %s, whose key had been taken back.", voice.who.name)
			return
		}
	}
}

// broken are the statements with which people broke the glass, as far as a verdict names them and they are there.
func (a *audit) broken(verdict *entry) []*entry {
	var list []*entry
	for _, digest := range verdict.says.at("breakGlass").items {
		if e := a.record.named[digest.text]; e != nil && e.kind == "break-glass" && e.isBefore(verdict) {
			list = append(list, e)
		}
	}
	return list
}

// brokenBy are the people whose statements let a verdict do without reviewers: of one grant, for its class, before its time was over.
func (a *audit) brokenBy(verdict *entry) map[string]bool {
	people := map[string]bool{}
	named := a.broken(verdict)
	for _, e := range named {
		ended := firstOf(a.record.all("break-glass-end"), func(end *entry) bool {
			return end.isBefore(verdict) && end.says.str("grant") == e.says.str("grant")
		})
		if e.says.str("grant") == named[0].says.str("grant") && e.says.str("until") >= verdict.time && ended == nil &&
			e.says.lists("classes", verdict.says.str("riskClass")) && e.subject == verdict.policy.digest {
			people[e.who.name] = true
		}
	}
	return people
}

func (a *audit) judgeGlassUse(r *run, verdict *entry) {
	named := len(verdict.says.at("breakGlass").items)
	if verdict.isCarried() && len(a.brokenBy(verdict)) != named {
		a.entry(verdict.index, "break-glass-use", "The glass was broken by too few people, for something else, or too long before.")
	}
}

// judgeGlassTime: what was carried in an emergency is not carried out when the emergency is over; what was begun may be undone.
func (a *audit) judgeGlassTime(r *run, receipt *entry) {
	verdict := r.verdictOf(receipt)
	if verdict == nil || receipt.says.str("purpose") != "apply" {
		return
	}
	for _, e := range a.broken(verdict) {
		if receipt.says.str("startedAt") > e.says.str("until") {
			a.entry(receipt.index, "break-glass-use", "It was done when the time was over for which the glass had been broken.")
			return
		}
	}
}

// judgeStopped: while a person has stopped everything nothing is permitted. What crossed the stop on its way into the log was
// refused by the runner, which holds the stop as well.
func (a *audit) judgeStopped(r *run, permit *entry) {
	id := permit.says.str("permit")
	isUsed := firstOf(r.all("receipt"), func(e *entry) bool { return e.says.str("permit") == id }) != nil
	for _, stop := range a.record.all("stop") {
		isMeant := isUsed || milliseconds(permit.says.str("issuedAt")) > milliseconds(stop.time)+crossing
		if stop.isBefore(permit) && isMeant && !a.isLifted(stop, permit) {
			a.entry(permit.index, "stop-permit", "The permit was given while everything was stopped.")
			return
		}
	}
}

func (a *audit) isLifted(stop, before *entry) bool {
	return firstOf(a.record.all("stop-lift"), func(lift *entry) bool {
		return lift.subject == stop.digest && a.isSoundLift(lift) && lift.index <= before.index
	}) != nil
}

// isSoundLift: only another person than the one who stopped lets things go on.
func (a *audit) isSoundLift(lift *entry) bool {
	stop, person := a.record.named[lift.subject], lift.says.str("person")
	return stop != nil && stop.kind == "stop" && stop.isBefore(lift) && lift.who.name == person && stop.says.str("person") != person && stop.who.name != person
}

// judgeHeals: no more patches are carried than the policy allows by which they were, for the run and for one step of it. A plan
// that is carried again, because its target had drifted, counts once.
func (a *audit) judgeHeals(r *run, openings []opening) {
	type heal struct{ motion, verdict *entry }
	var heals []heal
	for _, o := range openings {
		for _, verdict := range filter(o.verdicts, (*entry).isCarried) {
			if o.motion.says.str("kind") == "heal" {
				heals = append(heals, heal{o.motion, verdict})
			}
		}
	}
	sort.Slice(heals, func(i, j int) bool { return heals[i].verdict.isBefore(heals[j].verdict) })
	known, ofRun, ofStep := map[string]bool{}, int64(0), map[string]int64{}
	for _, one := range heals {
		if known[one.motion.subject] {
			continue
		}
		known[one.motion.subject] = true
		ofRun++
		isOver := ofRun > one.verdict.policy.at("heals").int("perRun")
		if diagnosis := lastOf(r.all("diagnosis"), func(e *entry) bool { return e.isBefore(one.motion) }); diagnosis != nil {
			step := diagnosis.says.str("step")
			ofStep[step]++
			isOver = isOver || ofStep[step] > one.verdict.policy.at("heals").int("perStep")
		}
		if isOver {
			a.entry(one.verdict.index, "heal-caps", "More patches were carried than the trust policy allows for one run, or for one step.")
		}
	}
}

// judgeAttested: what is said to have succeeded, somebody else than its runner has seen. Only the last word about each step counts.
func (a *audit) judgeAttested(r *run) {
	applied, undone, goal := map[string]int64{}, map[string]bool{}, int64(-1)
	for _, receipt := range r.all("receipt") {
		step, succeeded := receipt.says.str("step"), receipt.says.str("outcome") == "succeeded"
		switch {
		case receipt.says.str("purpose") != "apply":
			undone[step] = undone[step] || succeeded
		case succeeded:
			applied[step], undone[step], goal = receipt.index, false, receipt.index
		default:
			delete(applied, step)
			goal = receipt.index
		}
	}
	attested := func(about string, step string, after int64) bool {
		return firstOf(r.all("attestation"), func(e *entry) bool {
			return strings.Contains(about, e.says.str("about")) && e.says.str("step") == step && e.says.str("outcome") == "succeeded" && e.index > after
		}) != nil
	}
	for _, settlement := range r.all("settlement") {
		if settlement.says.str("outcome") != "succeeded" {
			continue
		}
		for step, index := range applied {
			// control: a later attempt at the step found that it was so already
			if !undone[step] && !attested("step control", step, index) {
				a.entry(settlement.index, "receipt-attested", "Nobody has seen after step %s that it had come to what it is for.", step)
			}
		}
		seen := firstOf(r.all("attestation"), func(e *entry) bool {
			return e.says.str("about") == "goal" && e.says.str("outcome") == "succeeded" && e.index > goal
		})
		if seen == nil {
			a.entry(settlement.index, "receipt-attested", "The run is said to have succeeded; nobody has seen its goal reached.")
		}
	}
}

// -- Whoever says to have thought with a model has asked it, for the record.

func (a *audit) judgeThoughts(r *run) {
	for _, kind := range []string{"plan", "plan-refusal", "clarification", "opinion", "rebuttal", "diagnosis"} {
		for _, thought := range r.all(kind) {
			calls, byModel := thought.says.at("calls").items, thought.says.str("brain") == "model"
			// Rules may have had the last word after a model was asked in vain; whoever has no model asks none.
			if (byModel || len(calls) > 0) && thought.who.brain != "model" {
				a.entry(thought.index, "brain-model", "The trust policy gives %s no model to think with.", thought.who.name)
			} else if byModel && len(calls) == 0 {
				a.entry(thought.index, "brain-call", "It was thought by a model, it says, and names no call.")
			}
			spent := int64(0)
			for _, call := range calls {
				a.judgeCall(r, thought, call.text)
				for _, end := range r.inCall("egress-end", call.text) {
					spent += end.says.at("spent").int("tokens")
				}
			}
			if thought.says.int("tokens") > spent {
				a.entry(thought.index, "call-tokens", "%d tokens were used, it says; its calls have cost %d.", thought.says.int("tokens"), spent)
			}
		}
	}
}

// judgeCall: the bytes that left for a call, and what came of them, stand before the thought, in its run, for this agent.
func (a *audit) judgeCall(r *run, thought *entry, call string) {
	left := r.inCall("egress", call)
	before := func(e *entry) bool { return e.isBefore(thought) }
	asked := firstOf(r.all("model-question"), func(e *entry) bool { return before(e) && e.who.name == thought.who.name })
	if len(left) == 0 && asked != nil {
		return // The gateway refused the question before anything left.
	}
	if firstOf(r.inCall("egress-end", call), before) == nil || firstOf(left, before) == nil {
		a.entry(thought.index, "call-egress", "Nothing of %s had left and ended before, in this run.", call)
	} else if firstOf(left, func(e *entry) bool { return e.says.str("principal") != thought.who.name }) != nil {
		a.entry(thought.index, "call-principal", "%s was made for somebody else.", call)
	}
}

// -- What left was asked for by its agent, on a route that the officer opened, and while nobody had stopped it.

func tryOf(e *entry) string { return fmt.Sprint(e.says.str("call"), " ", e.says.int("try")) }

func (a *audit) judgeEgress(r *run) {
	tries := map[string]*entry{}
	for _, egress := range r.all("egress") {
		if tries[tryOf(egress)] != nil {
			a.entry(egress.index, "egress-unique", "One try of a call left twice.")
		} else {
			tries[tryOf(egress)] = egress
		}
		a.judgeRoute(egress)
		asked := firstOf(r.about("model-question", egress.says.str("question")), func(e *entry) bool {
			return e.isBefore(egress) && e.who.name == egress.says.str("principal") && e.says.str("purpose") == egress.says.str("purpose")
		})
		if asked == nil {
			a.entry(egress.index, "egress-question", "%s had not asked this question before it left.", egress.says.str("principal"))
		}
		if a.areModelsStopped(egress.index) && !neverLeft(r, egress) {
			a.entry(egress.index, "model-stop", "Bytes left for a model after a person had stopped all model calls.")
		}
	}
	ended := map[string]bool{}
	for _, end := range r.all("egress-end") {
		egress := tries[tryOf(end)]
		spent := end.says.at("spent")
		switch {
		case ended[tryOf(end)]:
			a.entry(end.index, "egress-once", "This try of a call had ended before.")
		case egress == nil || egress.index > end.index || egress.subject != end.subject:
			a.entry(end.index, "egress-end", "It ends a try of a call whose bytes had not left before.")
		case spent.int("tokens") > egress.says.at("reserved").int("tokens") || spent.int("microUsd") > egress.says.at("reserved").int("microUsd"):
			a.entry(end.index, "egress-reserved", "It cost more than the worst case that was reserved for it.")
		}
		ended[tryOf(end)] = true
	}
}

func (a *audit) judgeRoute(egress *entry) {
	alias, dataClass, name := egress.says.str("model"), egress.says.str("dataClass"), egress.says.str("principal")
	rules := egress.policy.at("egress")
	var model value
	for _, one := range rules.at("models").items {
		if one.str("alias") == alias {
			model = one
		}
	}
	if !model.exists() || model.str("provider") != egress.says.str("provider") {
		a.entry(egress.index, "egress-model", "The trust policy lists no model %s of %s.", alias, egress.says.str("provider"))
	}
	if !rules.lists("allowed", dataClass) || model.exists() && !model.lists("dataClasses", dataClass) {
		a.entry(egress.index, "egress-data-class", "What is %s may not leave for %s.", dataClass, alias)
	}
	if who := egress.policy.principals[name]; who == nil || who.brain != "model" || who.model != alias {
		a.entry(egress.index, "egress-principal", "The trust policy does not let %s think with %s.", name, alias)
	}
}

func (a *audit) areModelsStopped(index int64) bool {
	earlier := func(e *entry) bool { return e.index < index }
	stop, resume := lastOf(a.record.all("model-stop"), earlier), lastOf(a.record.all("model-resume"), earlier)
	return stop != nil && (resume == nil || resume.isBefore(stop))
}

// neverLeft: it was under way when the stop came, and was aborted before it cost anything.
func neverLeft(r *run, egress *entry) bool {
	return firstOf(r.inCall("egress-end", egress.says.str("call")), func(e *entry) bool {
		return tryOf(e) == tryOf(egress) && e.says.str("outcome") == "aborted" && e.says.str("status") == "" && e.says.at("spent").int("tokens") == 0
	}) != nil
}

// -- Every run kept to its cap, and its settlement says what it really cost.

func (a *audit) judgeSpending(r *run) {
	var tokens, money int64
	isOver := false
	for _, end := range r.all("egress-end") {
		tokens, money = tokens+end.says.at("spent").int("tokens"), money+end.says.at("spent").int("microUsd")
		cap := end.policy.at("budget", "run")
		if !isOver && (tokens > cap.int("tokens") || money > cap.int("microUsd")) {
			a.entry(end.index, "budget-run", "The run has cost more than it may cost at most.")
			isOver = true
		}
	}
	for _, settlement := range r.all("settlement") {
		if settlement.says.int("tokens") != tokens || settlement.says.int("microUsd") != money {
			a.entry(settlement.index, "settlement-spent", "The run has cost %d tokens and %d millionths of a dollar; its settlement says otherwise.", tokens, money)
		}
		ended := map[string]bool{}
		for _, end := range r.all("egress-end") {
			ended[tryOf(end)] = ended[tryOf(end)] || end.isBefore(settlement)
		}
		if firstOf(r.all("egress"), func(e *entry) bool { return !ended[tryOf(e)] }) != nil {
			a.entry(settlement.index, "settlement-open", "The run was settled while a call to a model had not ended.")
		}
	}
}

// ---- Step 7: what belongs to no single run ---------------------------------------------------------------------------

func (a *audit) judgeRecord() {
	var open []*run
	for _, r := range a.record.runs {
		open = append(open, r)
	}
	a.judgeRuns(open)
	for _, stop := range a.record.all("stop") {
		// The server may stop for a person; one person for another may not.
		if stop.who.role == "person" && stop.who.name != stop.says.str("person") {
			a.entry(stop.index, "stop", "Somebody stopped in the name of another person.")
		}
	}
	for _, lift := range a.record.all("stop-lift") {
		if !a.isSoundLift(lift) {
			a.entry(lift.index, "stop-lift", "The stop was lifted by whoever had stopped, in another name, or there was none.")
		}
	}
	for _, restored := range a.record.all("log-restore") {
		if !a.isDecided(restored) {
			a.entry(restored.index, "log-restore", "The log was restored from a backup, and the officer has not decided that, for this log, after exactly these entries and for exactly this loss.")
			continue
		}
		a.remark("", "log-restore", "The log went on from a backup: entries %d to %d are lost, and the officer has said so.", restored.says.int("size"), restored.says.int("lost")-1)
	}
	a.judgeGlass()
	a.judgeEnrolment()
}

// isDecided: a log goes on from a backup only as the officer has signed, and says so in the first entry after what is left.
func (a *audit) isDecided(e *entry) bool {
	for _, one := range a.keys.restores {
		same := one.digest == e.subject && one.signature == e.says.str("signature") && one.decision.str("origin") == a.newest.origin
		for _, what := range []string{"size", "root", "lost", "lostRoot"} {
			same = same && one.decision.str(what) == e.says.str(what)
		}
		if same && e.index == e.says.int("size") && a.isLeft(one.decision) {
			return true
		}
	}
	return false
}

// isLeft: what stands before a loss are the entries that the officer has said are left, and was not rewritten along with the restore.
func (a *audit) isLeft(loss value) bool {
	size := loss.int("size")
	root, isKnown := a.proven[size]
	if size >= a.first && size <= a.newest.size {
		own, err := a.tree.root(size)
		root, isKnown = own, err == nil
	}
	return isKnown && "sha256:"+hex.EncodeToString(root[:]) == loss.str("root")
}

// judgeGlass: who breaks the glass keeps to what the policy allows.
func (a *audit) judgeGlass() {
	for _, broken := range a.record.all("break-glass") {
		rule := broken.inForce.at("breakGlass")
		if broken.subject != broken.inForce.digest || !rule.exists() {
			a.entry(broken.index, "break-glass", "The trust policy in force lets nobody break the glass, or is another one.")
			continue
		}
		isTooMuch := milliseconds(broken.says.str("until"))-milliseconds(broken.time) > rule.int("minutes")*60_000
		for _, class := range broken.says.at("classes").items {
			isTooMuch = isTooMuch || !rule.lists("classes", class.text)
		}
		if isTooMuch {
			a.entry(broken.index, "break-glass", "The glass was broken for longer, or for more, than the trust policy allows.")
		}
	}
}

// judgeEnrolment: who is enrolled, rotated or revoked is what the trust policies differ in, no more, no less.
func (a *audit) judgeEnrolment() {
	said := map[string][]*entry{}
	for _, kind := range []string{"principal-enrol", "principal-rotate", "principal-revoke"} {
		for _, e := range a.record.all(kind) {
			said[e.subject] = append(said[e.subject], e)
		}
	}
	changed := map[string]bool{}
	for _, e := range a.record.all("trust-policy") {
		changed[e.subject] = true
		next := a.keys.byDigest[e.subject]
		if next == nil {
			continue
		}
		var words []string
		for _, one := range said[e.subject] {
			words = append(words, enrolmentWords(one))
		}
		meant := difference(e.inForce, next)
		sort.Strings(words)
		sort.Strings(meant)
		if strings.Join(words, "\n") != strings.Join(meant, "\n") {
			a.entry(e.index, "principal-change", "The entries about principals are not what this trust policy changes about them.")
		}
	}
	// The policy under which the log was started enrols whom it names; any other has an entry of its own.
	first := map[string]bool{}
	if starts := a.record.all("log-start"); len(starts) > 0 {
		if p := a.keys.byDigest[starts[0].says.str("trustPolicy")]; p != nil {
			for _, who := range p.principals {
				first[p.digest+" "+who.enrolment()] = true
			}
		}
	}
	for subject, entries := range said {
		for _, e := range entries {
			if !changed[subject] && !first[subject+" "+enrolmentWords(e)] {
				a.entry(e.index, "principal-change", "It changes who is enrolled, and no trust policy in force says so.")
			}
		}
	}
}

func enrolmentWords(e *entry) string {
	words := []string{e.kind, e.says.str("principal"), e.says.str("key")}
	for _, more := range []string{"role", "group", "previous"} {
		if e.says.str(more) != "" {
			words = append(words, e.says.str(more))
		}
	}
	return strings.Join(words, " ")
}

func (p *principal) enrolment() string {
	return strings.Join([]string{"principal-enrol", p.name, p.keyID, p.role, p.group}, " ")
}

// difference: who gets another role or group under the same name is somebody else.
func difference(before, after *policy) []string {
	same := func(in *policy, who *principal) *principal {
		if one := in.principals[who.name]; one != nil && one.role == who.role && one.group == who.group {
			return one
		}
		return nil
	}
	var words []string
	for _, who := range before.principals {
		if same(after, who) == nil {
			words = append(words, strings.Join([]string{"principal-revoke", who.name, who.keyID}, " "))
		}
	}
	for _, who := range after.principals {
		if known := same(before, who); known == nil {
			words = append(words, who.enrolment())
		} else if known.keyID != who.keyID {
			words = append(words, strings.Join([]string{"principal-rotate", who.name, who.keyID, known.keyID}, " "))
		}
	}
	return words
}

// ---- Context: entries below first that later ones rest on ------------------------------------------------------------

// readContext reads them before all others. Each is proven under the newest checkpoint.
func (a *audit) readContext() {
	var indexes []int64
	for _, name := range a.log.names("context") {
		if index, ok := parseDecimal(name); ok && index < a.first {
			indexes = append(indexes, index)
		}
	}
	sort.Slice(indexes, func(i, j int) bool { return indexes[i] < indexes[j] })
	opened, proofs := make([]*entry, len(indexes)), make([]tlog.RecordProof, len(indexes))
	parallel(len(indexes), func(at int) {
		name := fmt.Sprintf("context/%d", indexes[at])
		content, ok := a.log.read(name)
		if ok = ok && len(content) <= math.MaxUint16; ok {
			opened[at] = openEntry(indexes[at], content)
		}
		text, _ := a.log.read(name + ".tlog-proof")
		proof, err := parseProof(text)
		under, _ := noteText([]byte(proof.checkpoint))
		if same, wrong := parseCheckpointText(under); wrong != nil || same.size != a.newest.size || same.root != a.newest.root {
			ok = false
		}
		if !ok || err != nil || proof.index != indexes[at] || tlog.CheckRecord(proof.hashes, a.newest.size, a.newest.root, proof.index, opened[at].leaf) != nil {
			a.both(indexes[at], a.prefix+name, "context-proof", "The entry is not shown to be in the log at this index.")
			return
		}
		proofs[at] = proof.hashes
	})
	var entries []*entry
	a.proven = map[int64]tlog.Hash{}
	for at, e := range opened {
		if e != nil {
			entries = append(entries, e)
		}
		if proofs[at] != nil {
			a.proven[indexes[at]] = rootBefore(indexes[at], a.newest.size, proofs[at])
		}
	}
	a.take(entries)
}

// rootBefore is the root of the tree of the leaves before index: what stands to the left in a proof that holds are its subtrees.
func rootBefore(index, size int64, proof tlog.RecordProof) tlog.Hash {
	var left []tlog.Hash // smallest first
	node, last := index, size-1
	for _, sibling := range proof {
		if node&1 == 1 || node == last {
			left = append(left, sibling)
			for ; node&1 == 0 && node != 0; node, last = node>>1, last>>1 {
			}
		}
		node, last = node>>1, last>>1
	}
	if len(left) == 0 {
		return sha256.Sum256(nil)
	}
	root := left[0]
	for _, next := range left[1:] {
		root = tlog.NodeHash(next, root)
	}
	return root
}

var extraLine = regexp.MustCompile(`^extra (?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$`)

// tlogProof is a C2SP tlog-proof, of which nothing is checked yet.
type tlogProof struct {
	index      int64
	hashes     tlog.RecordProof
	checkpoint string
}

func parseProof(text []byte) (tlogProof, error) {
	head, signed, hasGap := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	if !hasGap || lines[0] != "c2sp.org/tlog-proof@v1" {
		return tlogProof{}, errors.New("not a tlog-proof")
	}
	// Nothing covers an extra line, so nothing may depend on it.
	if lines = lines[1:]; len(lines) > 0 && extraLine.MatchString(lines[0]) {
		lines = lines[1:]
	}
	if len(lines) == 0 || len(lines) > 64 {
		return tlogProof{}, errors.New("a proof has an index and at most 63 hashes")
	}
	index, ok := parseDecimal(strings.TrimPrefix(lines[0], "index "))
	if !ok || !strings.HasPrefix(lines[0], "index ") {
		return tlogProof{}, errors.New("a proof has an index")
	}
	proof := tlogProof{index: index, checkpoint: signed}
	for _, line := range lines[1:] {
		hash, ok := parseHash(line)
		if !ok {
			return tlogProof{}, errors.New("a line is no hash of 32 bytes")
		}
		proof.hashes = append(proof.hashes, hash)
	}
	return proof, nil
}

// ---- Timestamps ------------------------------------------------------------------------------------------------------

const anchorRule = "anchor"

// anchor is a time at which an authority saw the first entries of the log.
type anchor struct {
	size         int64
	milliseconds int64
}

// judgeAnchors: a timestamp is over the checkpoint beside it, and its signature holds. Whose it is depends on the certificates
// that were given; without any, nothing follows from it.
func (a *audit) judgeAnchors() {
	names := a.log.names("anchors")
	openssl, noOpenSSL := exec.LookPath("openssl")
	for _, one := range names {
		name := "anchors/" + one
		seen, beside, err := a.anchored(one)
		if err == nil && noOpenSSL == nil {
			err = a.askOpenSSL(openssl, name, beside, seen)
		}
		switch {
		case err != nil:
			a.file(name, anchorRule, "%v", err)
		case noOpenSSL != nil:
			a.remark(name, anchorRule, "The timestamp agrees with its checkpoint; there is no openssl to look at its signature.")
		case a.authorities == "":
			a.remark(name, anchorRule, "The timestamp agrees with its checkpoint; whose it is was not asked (--tsa-ca).")
		default:
			a.anchors = append(a.anchors, seen)
		}
	}
	if len(names) == 0 {
		a.remark("", anchorRule, "No authority outside has put a time to any checkpoint.")
	}
}

// tolerated: clocks differ; one that is more wrong than this needs a person.
const tolerated = 5 * 60_000

// judgeTime: what was in the log at a time cannot have happened later.
func (a *audit) judgeTime(e *entry) {
	for _, seen := range a.anchors {
		if seen.size > e.index && milliseconds(e.time) > seen.milliseconds+tolerated {
			a.entry(e.index, "anchor-time", "The entry claims a later time than that at which an authority saw it in the log.")
			return
		}
	}
}

// anchored compares a timestamp with the checkpoint that it is named after.
func (a *audit) anchored(name string) (seen anchor, beside string, err error) {
	size, ok := parseDecimal(strings.TrimSuffix(name, ".tsr"))
	if !ok || !strings.HasSuffix(name, ".tsr") {
		return seen, "", errors.New("the file is not named after a size")
	}
	beside = fmt.Sprintf("checkpoints/%d", size)
	if _, isKept := a.log.read(beside); !isKept {
		beside = "checkpoint"
		if size != a.newest.size {
			return seen, "", errors.New("there is no checkpoint of this size beside the timestamp")
		}
	}
	response, _ := a.log.read("anchors/" + name)
	at, imprint, err := readTimestamp(response)
	content, _ := a.log.read(beside)
	if sum := sha256.Sum256(content); err == nil && !bytes.Equal(imprint, sum[:]) {
		err = errors.New("it is over something else than this checkpoint")
	}
	return anchor{size, at.UnixMilli()}, beside, err
}

const mostTimestampBytes = 1 << 16

// readTimestamp takes apart a response that grants a timestamp over a SHA-256 digest (RFC 3161, 2.4.2; RFC 5652).
func readTimestamp(response []byte) (at time.Time, imprint []byte, err error) {
	var answer struct {
		Status struct{ Status int }
		Token  struct {
			Type   asn1.ObjectIdentifier
			Signed struct {
				Version    int
				Algorithms asn1.RawValue
				Content    struct {
					Type asn1.ObjectIdentifier
					Info []byte `asn1:"explicit,tag:0"`
				}
				Certificates asn1.RawValue `asn1:"optional,tag:0"`
				Revocations  asn1.RawValue `asn1:"optional,tag:1"`
				Signers      asn1.RawValue
			} `asn1:"explicit,tag:0"`
		}
	}
	var info struct {
		Version int
		Policy  asn1.ObjectIdentifier
		Imprint struct {
			Algorithm struct{ ID asn1.ObjectIdentifier }
			Hash      []byte
		}
		Serial asn1.RawValue
		Time   asn1.RawValue
	}
	malformed := errors.New("the file is no timestamp over a SHA-256 digest")
	if len(response) > mostTimestampBytes {
		return at, nil, malformed
	}
	if rest, err := asn1.Unmarshal(response, &answer); err != nil || len(rest) > 0 || answer.Status.Status < 0 || answer.Status.Status > 1 {
		return at, nil, malformed
	}
	signed := answer.Token.Signed
	if rest, err := asn1.Unmarshal(signed.Content.Info, &info); err != nil || len(rest) > 0 || answer.Token.Type.String() != "1.2.840.113549.1.7.2" {
		return at, nil, malformed
	}
	at, err = time.Parse("20060102150405Z", string(info.Time.Bytes))
	if err != nil || info.Imprint.Algorithm.ID.String() != "2.16.840.1.101.3.4.2.1" {
		return at, nil, malformed
	}
	if !namesItsCertificate(signed.Certificates.Bytes, signed.Signers.FullBytes) {
		return at, nil, errors.New("the timestamp comes without the certificate that it names")
	}
	return at, info.Imprint.Hash, nil
}

// namesItsCertificate: else another certificate over the same key could be put in the place of the signer's (RFC 5816).
func namesItsCertificate(certificates, signer []byte) bool {
	for len(certificates) > 0 {
		var one asn1.RawValue
		rest, err := asn1.Unmarshal(certificates, &one)
		if err != nil {
			return false
		}
		first, second, third, fourth := sha1.Sum(one.FullBytes), sha256.Sum256(one.FullBytes), sha512.Sum384(one.FullBytes), sha512.Sum512(one.FullBytes)
		for _, sum := range [][]byte{first[:], second[:], third[:], fourth[:]} {
			if bytes.Contains(signer, sum) {
				return true
			}
		}
		certificates = rest
	}
	return false
}

// askOpenSSL: with certificates, by one of them, valid at that time; without, that the signature holds, whoever made it.
func (a *audit) askOpenSSL(program, name, beside string, seen anchor) error {
	under := func(file string) string { return filepath.Join(string(a.log), filepath.FromSlash(file)) }
	if a.authorities != "" {
		at := strconv.FormatInt(seen.milliseconds/1000, 10)
		if exec.Command(program, "ts", "-verify", "-data", under(beside), "-in", under(name), "-CAfile", a.authorities, "-attime", at).Run() != nil {
			return errors.New("it does not verify under the certificates that were given")
		}
		return nil
	}
	token, err := exec.Command(program, "ts", "-reply", "-in", under(name), "-token_out").Output()
	if err == nil {
		check := exec.Command(program, "cms", "-verify", "-inform", "DER", "-noverify", "-binary", "-out", os.DevNull)
		check.Stdin = bytes.NewReader(token)
		err = check.Run()
	}
	if err != nil {
		return errors.New("its signature does not hold, says openssl")
	}
	return nil
}

// ---- Step 8: the evidence pack ---------------------------------------------------------------------------------------

const manifestFile = "MANIFEST.json"

// pack is an unpacked evidence pack around the log folder.
type pack struct {
	root     folder
	manifest value
	index    *lines
	openings *lines
	last     value          // the last opening that was in order
	withheld map[string]int // commitments, and how often
	begins   string         // of what is here, by the clocks of servers
	ends     string
}

var manifestForm = exactly("format", oneOf("duovir-evidence/v1"), "organisation", text(1, 128, ""), "origin", text(1, 256, ""), "from", orNull(moment), "to", orNull(moment),
	"scope", oneOf("all", "pci"), "size", amount, "root", rawKey, "first", amount, "createdAt", moment,
	"files", both(list(0, 1_000_000, exactly("path", text(1, 256, `[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*`), "sha256", text(64, 64, `[0-9a-f]{64}`), "bytes", amount)), areInOrder))

// areInOrder: sorted by path, each once, and none leads out of the folder.
func areInOrder(files value) string {
	last := ""
	for _, one := range files.items {
		if one.str("path") <= last || strings.Contains(one.str("path"), "..") {
			return "not sorted by path, each once"
		}
		last = one.str("path")
	}
	return ""
}

// openPack reads the manifest, looks at every file, and begins with the index, which is compared while the entries are read.
// Without a manifest nothing is known of the pack but its log.
func (a *audit) openPack() bool {
	content, _ := a.pack.root.read(manifestFile)
	manifest, fault := parseCanonical(strings.TrimSuffix(string(content), "\n"))
	complaint := "it is not canonical"
	if fault == nil {
		complaint = manifestForm(manifest)
	}
	if complaint != "" {
		a.packed(manifestFile, "manifest", "The manifest is not written as it must be: %s", complaint)
		return false
	}
	a.pack.manifest = manifest
	a.judgePackedFiles()
	a.pack.index, a.pack.openings = a.pack.root.lines("index.jsonl"), a.pack.root.lines("blobs/openings.jsonl")
	return true
}

func (a *audit) judgePack() {
	a.endIndex()
	a.endOpenings()
	m, root := a.pack.manifest, base64.StdEncoding.EncodeToString(a.newest.root[:])
	if m.str("organisation") != a.keys.newest.str("organisation") || m.str("origin") != a.newest.origin || m.int("size") != a.newest.size ||
		m.str("root") != root || m.int("first") != a.first {
		a.packed(manifestFile, "manifest", "The manifest is about another log, or another part of it.")
	}
	index, at, err := a.checkExport()
	if err != nil {
		a.packed("MANIFEST.dsse.json", "manifest-signature", "%v", err)
	}
	a.judgePeriod(index, at, err == nil)
}

// late: what is signed in a period may be appended this much later. making: how long it may take to make a pack, from its checkpoint
// to the entry that states its export.
const late, making = 15 * 60_000, 60 * 60_000

// spans keeps the time that is here by the clocks of servers: those of others may be wrong, or their words late.
func (a *audit) spans(e *entry) {
	if a.pack == nil || e.who.role != "server" || e.index < a.first {
		return
	}
	if a.pack.begins == "" {
		a.pack.begins = e.time
	}
	if e.time > a.pack.ends {
		a.pack.ends = e.time
	}
}

// judgePeriod: which part of a log belongs to a period nobody has signed, so its first days could be left out, or its last.
func (a *audit) judgePeriod(index int64, at string, isStated bool) {
	m, p := a.pack.manifest, a.pack
	from, to, size := m.at("from"), m.at("to"), m.int("size")
	if a.first > 0 && (from.kind != 's' || p.begins == "" || p.begins >= from.text) {
		a.packed(manifestFile, "period", "What is here begins at %q, not before the period: entries of it may stand before entry %d.", p.begins, a.first)
	}
	if !isStated {
		return
	}
	isTooSoon, needed := from.kind == 's' && from.text > at, milliseconds(at)-making
	if to.kind == 's' {
		over := milliseconds(to.text) + late
		isTooSoon = isTooSoon || over > milliseconds(at) || index > size && over > needed
		if over < needed {
			needed = over
		}
	}
	if index > size && (p.ends == "" || milliseconds(p.ends) < needed) {
		a.packed(manifestFile, "period", "What is here ends at %q: of the %d entries between it and the export some may belong to the period.", p.ends, index-size)
	}
	if isTooSoon {
		a.remark(manifestFile, "period", "Exported at %s: too soon to have all of the period.", at)
	}
}

// judgePackedFiles: each file is there and has its hash, and none is there that is not in the manifest.
func (a *audit) judgePackedFiles() {
	files, known := a.pack.manifest.at("files").items, map[string]bool{manifestFile: true}
	for _, name := range []string{"MANIFEST.dsse.json", "MANIFEST.tlog-proof", "SHA256SUMS"} {
		known[name] = true
	}
	parallel(len(files), func(at int) {
		name := files[at].str("path")
		sum, bytes := sha256.New(), int64(-1)
		if file, ok := a.pack.root.open(name); ok {
			bytes, _ = io.Copy(sum, file)
			file.Close()
		}
		if bytes != files[at].int("bytes") || hex.EncodeToString(sum.Sum(nil)) != files[at].str("sha256") {
			a.packed(name, "manifest-file", "The file is missing, or is not the one that the manifest names.")
		}
	})
	var sums strings.Builder
	for _, one := range files {
		known[one.str("path")] = true
		fmt.Fprintf(&sums, "%s  %s\n", one.str("sha256"), one.str("path"))
	}
	content, _ := a.pack.root.read(manifestFile)
	fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), manifestFile)
	if written, _ := a.pack.root.read("SHA256SUMS"); string(written) != sums.String() {
		a.packed("SHA256SUMS", "manifest-file", "It does not have the checksums of the manifest.")
	}
	filepath.WalkDir(string(a.pack.root), func(where string, one fs.DirEntry, err error) error {
		name, _ := filepath.Rel(string(a.pack.root), where)
		if name = filepath.ToSlash(name); err != nil || !one.IsDir() && !known[name] {
			a.packed(name, "manifest-file", "The file is not in the manifest.")
		}
		return nil
	})
}

// checkExport: a server of the trust policy in force at the end has said that exactly this was exported, and saying so is an
// entry of the log, behind what the pack holds.
func (a *audit) checkExport() (int64, string, error) {
	content, _ := a.pack.root.read("MANIFEST.dsse.json")
	e := openEntry(0, bytes.TrimSuffix(content, []byte("\n")))
	inForce := a.timeline.orNewest(&a.keys)
	who, isKnown := inForce.speakers[e.keyID]
	m, says := a.pack.manifest, e.says
	switch {
	case e.rule != "" || e.kind != "evidence-export" || e.run != noRun:
		return 0, "", errors.New("it is no statement about an export")
	case !isKnown || who.role != "server" || !who.signed(e.envelope):
		return 0, "", errors.New("no server that is enrolled has signed it")
	case e.subject != digestOf(m.raw+"\n"):
		return 0, "", errors.New("it is about another manifest")
	}
	for _, member := range []string{"scope", "from", "to", "size", "first"} {
		if m.str(member) != says.str(member) {
			return 0, "", errors.New("it is about another period, scope or part of the log")
		}
	}
	text, _ := a.pack.root.read("MANIFEST.tlog-proof")
	proof, err := parseProof(text)
	if err != nil {
		return 0, "", err
	}
	under, err := openCheckpointNote([]byte(proof.checkpoint), inForce)
	if err == nil && proof.index < a.newest.size {
		err = errors.New("the export is said to have been before what it exports")
	}
	if err == nil {
		err = tlog.CheckRecord(proof.hashes, under.size, under.root, proof.index, e.leaf)
	}
	return proof.index, e.time, err
}

// lines reads a file of lines, one after the other.
type lines struct {
	scanner *bufio.Scanner
	file    *os.File
	number  int
	text    string
	isOver  bool
}

// mostLine bounds one line: an opening of 64 MiB in base64 and more.
const mostLine = 1 << 27

func (f folder) lines(name string) *lines {
	l := &lines{isOver: true}
	if file, ok := f.open(name); ok {
		l.file, l.scanner, l.isOver = file, bufio.NewScanner(file), false
		l.scanner.Buffer(nil, mostLine)
		l.next()
	}
	return l
}

func (l *lines) next() {
	if l.isOver = !l.scanner.Scan(); l.isOver {
		l.file.Close()
		return
	}
	l.text, l.number = l.scanner.Text(), l.number+1
}

// indexed holds the index to an entry: its line stands where the entry stands.
func (a *audit) indexed(e *entry) {
	if a.pack == nil {
		return
	}
	signer, _, _ := strings.Cut(e.keyID, "/")
	expected := fmt.Sprintf(`{"index":%d,"kind":"%s","principal":%s,"run":"%s","subject":"%s","time":"%s"}`, e.index, e.kind, quoted(signer), e.run, e.subject, e.time)
	for index := a.pack.index; !index.isOver; index.next() {
		about := indexOf(index.text)
		switch {
		case index.text == expected:
			index.next()
			return
		case about == e.index:
			a.both(e.index, "index.jsonl", "index", "The line of this entry says something else than the entry.")
			index.next()
			return
		case about < e.index:
			a.packed("index.jsonl", "index", "Line %d is about no entry that is here, or out of order.", index.number)
			continue
		}
		break
	}
	a.both(e.index, "index.jsonl", "index", "The index has no line about this entry.")
}

// indexOf is which entry a line is about; -1 for what is no line of an index.
func indexOf(line string) int64 {
	var members map[string]any
	if json.Unmarshal([]byte(line), &members) != nil {
		return -1
	}
	if index, ok := members["index"].(float64); ok && index >= 0 && index <= mostSafe && index == math.Trunc(index) {
		return int64(index)
	}
	return -1
}

func (a *audit) endIndex() {
	for ; !a.pack.index.isOver; a.pack.index.next() {
		a.packed("index.jsonl", "index", "Line %d is about no entry that is here.", a.pack.index.number)
	}
}

// quoted writes a string as canonical JSON.
func quoted(text string) string {
	var written strings.Builder
	written.WriteByte('"')
	for _, character := range text {
		if character < 0x20 || character == '"' || character == '\\' {
			written.WriteString(spelling(byte(character)))
		} else {
			written.WriteRune(character)
		}
	}
	return written.String() + `"`
}

var (
	shownForm    = exactly("commitment", digest, "content", base64Text, "entry", amount, "salt", text(64, 64, `[0-9a-f]{64}`))
	withheldForm = exactly("commitment", digest, "entry", amount, "withheld", oneOf("policy", "missing"))
)

const openingsFile = "blobs/openings.jsonl"

// opened judges the openings of an entry: what is shown is what it commits to.
func (a *audit) opened(e *entry) {
	if a.pack == nil {
		return
	}
	isListed := e.kind == "commitment" || !e.says.at("commitment").exists()
	defer func() {
		if !isListed {
			a.both(e.index, openingsFile, "blob-unlisted", "What the entry commits to is neither shown nor said to be withheld.")
		}
	}()
	for openings := a.pack.openings; !openings.isOver; openings.next() {
		one, fault := parseCanonical(openings.text)
		isShown := fault == nil && shownForm(one) == ""
		last := a.pack.last
		switch {
		case fault != nil || !isShown && withheldForm(one) != "":
			a.packed(openingsFile, "blob-unknown", "Line %d is no opening.", openings.number)
		case last.exists() && (last.int("entry") > one.int("entry") || last.int("entry") == one.int("entry") && last.str("commitment") >= one.str("commitment")):
			a.both(one.int("entry"), openingsFile, "blob-unknown", "An opening stands twice, or out of order.")
		case one.int("entry") > e.index:
			return
		default:
			a.pack.last = value{kind: 'o', keys: []string{"entry", "commitment"}, items: []value{one.at("entry"), one.at("commitment")}}
			isListed = a.judgeOpening(e, one, isShown) || isListed
		}
	}
}

// judgeOpening answers whether it is about what the entry commits to.
func (a *audit) judgeOpening(e *entry, one value, isShown bool) bool {
	commitment := one.str("commitment")
	if one.int("entry") != e.index || e.kind == "commitment" || commitment != e.says.str("commitment") {
		a.both(one.int("entry"), openingsFile, "blob-unknown", "It names an entry that is not here, or something that the entry does not commit to.")
		return false
	}
	if !isShown {
		a.pack.withheld[commitment]++
		return true
	}
	content, _ := base64.StdEncoding.DecodeString(one.str("content"))
	salt, _ := hex.DecodeString(one.str("salt"))
	isItself := e.kind != "plan" && e.kind != "request" && e.kind != "egress" || digestOf(string(content)) == e.subject
	if digestOf("duovir/commit/v1\x00"+string(salt)+string(content)) == commitment && isItself {
		a.blobs.Opened++
		return true
	}
	a.blobs.Mismatch++
	a.both(e.index, openingsFile, "blob-mismatch", "What is shown is not what the entry commits to: somebody has exchanged it.")
	return true
}

func (a *audit) endOpenings() {
	a.opened(&entry{index: mostSafe})
	for commitment, times := range a.pack.withheld {
		if firstOf(a.record.all("blob-shred"), func(e *entry) bool { return e.subject == commitment }) != nil {
			a.blobs.Shredded += times
		} else {
			a.blobs.Withheld += times
		}
	}
	if a.blobs.Shredded+a.blobs.Withheld > 0 {
		a.remark(openingsFile, "blob-withheld", "%d blobs are withheld and %d are shredded: they are committed to and not shown.", a.blobs.Withheld, a.blobs.Shredded)
	}
}

// ---- Closed forms ----------------------------------------------------------------------------------------------------

// form says what is wrong with a value, or nothing.
type form func(value) string

// exactly is an object with these members: name, form, name, form … A name that ends with "?" may be absent.
func exactly(members ...any) form {
	forms, needed := map[string]form{}, []string{}
	for at := 0; at < len(members); at += 2 {
		name := strings.TrimSuffix(members[at].(string), "?")
		forms[name] = members[at+1].(form)
		if name == members[at] {
			needed = append(needed, name)
		}
	}
	return func(v value) string {
		if v.kind != 'o' {
			return "not an object"
		}
		for at, name := range v.keys {
			if forms[name] == nil {
				return "unknown: " + name
			}
			if complaint := forms[name](v.items[at]); complaint != "" {
				return name + ": " + complaint
			}
		}
		for _, name := range needed {
			if v.at(name).kind == 0 {
				return "missing: " + name
			}
		}
		return ""
	}
}

// with adds members to an exact object.
func with(members []any, more ...any) form {
	return exactly(append(append([]any{}, members...), more...)...)
}

func list(least, most int, of form) form {
	return func(v value) string {
		if v.kind != 'a' || len(v.items) < least || len(v.items) > most {
			return fmt.Sprintf("not a list of %d to %d", least, most)
		}
		for _, item := range v.items {
			if complaint := of(item); complaint != "" {
				return complaint
			}
		}
		return ""
	}
}

func orNull(of form) form {
	return func(v value) string {
		if v.kind == 'z' {
			return ""
		}
		return of(v)
	}
}

// text is counted in UTF-16 code units, as the signers count it.
func text(least, most int, pattern string) form {
	var matches *regexp.Regexp
	if pattern != "" {
		matches = regexp.MustCompile(`^(?:` + pattern + `)$`)
	}
	return func(v value) string {
		if v.kind != 's' || matches != nil && !matches.MatchString(v.text) {
			return "not of its form"
		}
		if units := len(utf16.Encode([]rune(v.text))); units < least || units > most {
			return "too short or too long"
		}
		return ""
	}
}

func oneOf(words ...string) form {
	return func(v value) string {
		for _, word := range words {
			if v.kind == 's' && v.text == word {
				return ""
			}
		}
		return "not one of " + strings.Join(words, ", ")
	}
}

func whole(least, most int64) form {
	return func(v value) string {
		if v.kind != 'n' || v.number != math.Trunc(v.number) || v.number < float64(least) || v.number > float64(most) {
			return fmt.Sprintf("not a whole number from %d to %d", least, most)
		}
		return ""
	}
}

func truth(v value) string {
	if v.kind != 'b' {
		return "neither true nor false"
	}
	return ""
}

// keyed is an object whose members have names of one form and values of another.
func keyed(names, values form) form {
	return func(v value) string {
		if v.kind != 'o' {
			return "not an object"
		}
		for at, name := range v.keys {
			if names(value{kind: 's', text: name})+values(v.items[at]) != "" {
				return name
			}
		}
		return ""
	}
}

// byKind is an object whose member `kind` says which form it has.
func byKind(forms map[string]form) form {
	return func(v value) string {
		if one := forms[v.str("kind")]; one != nil {
			return one(v)
		}
		return "of unknown kind"
	}
}

// both: the second form may ask what no table says.
func both(first, second form) form {
	return func(v value) string {
		if complaint := first(v); complaint != "" {
			return complaint
		}
		return second(v)
	}
}

const (
	mostSafe    = 1<<53 - 1
	payloadType = "application/vnd.in-toto+json"
	timeLayout  = "2006-01-02T15:04:05.000Z"
)

var severities = []string{"info", "low", "medium", "high", "critical"}

func isDigest(v value) string {
	if v.kind != 's' || len(v.text) != 71 || v.text[:7] != "sha256:" {
		return "not a digest"
	}
	for _, one := range v.text[7:] {
		if !(one >= '0' && one <= '9' || one >= 'a' && one <= 'f') {
			return "not a digest"
		}
	}
	return ""
}

var timeForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$`)

// isTime: a day that no calendar has is neither before nor after any other.
func isTime(v value) string {
	if at, err := time.Parse(timeLayout, v.text); v.kind != 's' || err != nil || !timeForm.MatchString(v.text) || at.Format(timeLayout) != v.text {
		return "not a time"
	}
	return ""
}

var (
	digest       form = isDigest
	moment       form = isTime
	flagged      form = truth
	counter           = whole(0, 1_000_000)
	amount            = whole(0, mostSafe)
	name              = text(1, 63, `[a-z][a-z0-9-]{0,62}`)
	runID             = text(24, 24, `run-[a-z2-7]{20}`)
	rule              = text(1, 96, `[a-z0-9-]+(?:\.[a-z0-9-]+)*`)
	identifier        = text(1, 96, `[a-z0-9-]+`)
	keyID             = text(1, 96, `[a-z][a-z0-9-]*/[0-9a-f]{16}`)
	catalogued        = text(1, 128, `[a-z0-9-]+(?:[./][a-z0-9-]+)*`)
	callID            = text(31, 31, `call-[a-z2-7]{26}`)
	causes            = list(0, 16, text(1, 256, `[\x21-\x7e]+`))
	base64Text        = text(0, math.MaxInt32, `(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?`)
	rawKey            = text(44, 44, `[A-Za-z0-9+/]{43}=`)
	class             = oneOf("R0", "R1", "R2", "R3", "R4")
	accountable       = oneOf("R0", "R1", "R2", "R3")
	role              = oneOf("server", "planner", "reviewer", "healer", "runner", "attestor", "witness", "person")
	action            = oneOf("read", "request", "approve", "stop", "administer", "audit")
	dataClass         = oneOf("public", "internal", "confidential", "cardholder")
	provider          = oneOf("anthropic", "openai", "google", "vertex", "bedrock", "azure", "openai-compatible")
	purpose           = oneOf("apply", "compensate")
	callPurpose       = oneOf("plan", "revise", "rebut", "review", "diagnose")
	opinion           = oneOf("approve", "reject", "abstain")
	probeOutcome      = oneOf("succeeded", "failed", "unknown")
	checkOutcome      = oneOf("confirmed", "disproved", "unknown")
	origin            = oneOf("socket", "loopback", "network")
	spending          = []any{"tokens", amount, "microUsd", amount}
	spent             = exactly(spending...)
	thought           = []any{"brain", oneOf("playbook", "model"), "tokens", amount, "calls", list(0, 16, callID)}
	found             = exactly("id", identifier, "rule", rule, "severity", oneOf(severities...), "step", orNull(name), "evidenced", flagged)
)

// kinds: who may state each kind of entry, and what it says. Closed and without free text.
var kinds = map[string]struct {
	speakers string
	form
}{
	"log-start":            {"server", exactly("trustPolicy", digest)},
	"log-stop":             {"server", exactly()},
	"trust-policy":         {"server", exactly("version", whole(1, mostSafe), "previous", orNull(digest), "signature", digest, "changes", list(0, 256, exactly("at", text(0, 256, `(?:/[A-Za-z0-9._:@-]{1,96})*`), "change", oneOf("added", "removed", "changed"))))},
	"principal-enrol":      {"server", exactly("principal", name, "role", role, "group", name, "key", keyID)},
	"principal-rotate":     {"server", exactly("principal", name, "key", keyID, "previous", keyID)},
	"principal-revoke":     {"server", exactly("principal", name, "key", keyID)},
	"token-issue":          {"server", exactly("token", identifier, "person", name, "issuer", name, "scopes", list(0, 8, action), "expiresAt", moment)},
	"token-revoke":         {"server", exactly("token", identifier, "person", name)},
	"request":              {"server", exactly("requester", name, "commitment", digest, "intent", orNull(digest))},
	"intent":               {"person", exactly("requester", name, "trustPolicy", digest)},
	"plan":                 {"planner healer", with(thought, "revision", counter, "pack", name, "playbook", catalogued, "commitment", digest)},
	"plan-refusal":         {"planner", with(thought, "reason", oneOf("goal-unknown", "inputs-invalid", "goal-ambiguous", "model-refused"), "commitment", digest)},
	"clarification":        {"planner", with(thought, "commitment", digest)},
	"clarification-answer": {"server", exactly("person", name, "commitment", digest)},
	"motion":               {"server", exactly("kind", oneOf("plan", "heal"), "revision", counter, "riskClass", class, "reasons", list(0, 64, rule), "trustPolicy", digest, "evidence", digest, "envelope", orNull(identifier), "previous", orNull(digest), "state", orNull(digest))},
	"checks":               {"server", exactly("passed", flagged, "findings", list(0, 64, found), "commitment", digest)},
	"commitment":           {"reviewer", exactly("round", counter, "commitment", digest)},
	"opinion":              {"reviewer", with(thought, "round", counter, "phase", oneOf("blind", "second"), "verdict", opinion, "findings", list(0, 64, found), "abstention", orNull(oneOf("nothing-known", "nothing-found", "no-answer", "budget", "not-allowed")), "changedFrom", orNull(opinion), "because", causes, "shown", digest, "evidence", digest, "trustPolicy", digest, "mandate", name, "commitment", digest)},
	"rebuttal":             {"planner healer", with(thought, "round", counter, "answers", list(0, 64, exactly("finding", identifier, "kind", oneOf("fix", "refute", "ask-person"), "evidence", causes)), "commitment", digest)},
	"finding-check":        {"server", exactly("check", identifier, "finding", identifier, "rule", rule, "step", orNull(name), "means", oneOf("query", "probe"), "outcome", checkOutcome, "commitment", digest)},
	"approval":             {"person", exactly("verdict", oneOf("approve", "reject"), "trustPolicy", digest)},
	"verdict":              {"server", exactly("verdict", oneOf("carried", "rejected", "referred"), "riskClass", class, "reason", rule, "opinions", list(0, 64, digest), "approvals", list(0, 16, digest), "breakGlass", list(0, 8, digest), "counted", exactly("reviewers", counter, "approvals", counter, "groups", counter, "people", counter), "trustPolicy", digest)},
	"permit":               {"server", exactly("permit", identifier, "step", name, "purpose", purpose, "attempt", counter, "fence", counter, "motion", digest, "verdict", digest, "trustPolicy", digest, "issuedAt", moment, "expiresAt", moment)},
	"refusal":              {"runner", exactly("permit", orNull(identifier), "code", identifier)},
	"receipt":              {"runner", exactly("permit", identifier, "step", name, "purpose", purpose, "attempt", counter, "fence", counter, "outcome", oneOf("succeeded", "failed"), "cause", oneOf("exit", "timeout", "out-of-memory", "output-cap", "cancelled", "infrastructure", "not-ready", "sandbox-lost"), "exit", orNull(whole(0, 255)), "stdout", digest, "stderr", digest, "startedAt", moment, "endedAt", moment)},
	"attestation":          {"attestor", exactly("about", oneOf("reading", "control", "step", "goal", "confirmation", "baseline", "restored", "target", "finding"), "step", orNull(name), "attempt", counter, "fence", counter, "outcome", probeOutcome, "probes", list(0, 64, exactly("id", name, "outcome", probeOutcome, "observed", digest)))},
	"diagnosis":            {"healer", with(thought, "step", name, "attempt", counter, "class", oneOf("deterministic", "transient", "capacity", "security", "infrastructure", "unknown"), "signature", orNull(catalogued), "decision", oneOf("retry", "patch", "undo", "ask-person"), "commitment", digest)},
	"model-question":       {"planner reviewer healer", exactly("purpose", callPurpose, "motion", orNull(digest), "attempt", whole(1, 2), "prompt", exactly("name", name, "version", whole(1, 9999), "digest", digest))},
	"egress":               {"server", exactly("call", callID, "try", whole(1, 16), "principal", name, "purpose", callPurpose, "question", digest, "model", name, "provider", provider, "dataClass", dataClass, "bytes", amount, "redactions", keyed(oneOf("secret", "key", "card", "iban", "email", "host", "ip", "schema", "table", "column"), counter), "reserved", spent, "trustPolicy", digest, "commitment", digest)},
	"egress-end":           {"server", exactly("call", callID, "try", whole(1, 16), "outcome", oneOf("answered", "failed", "aborted", "unknown"), "status", orNull(whole(100, 599)), "answer", orNull(digest), "spent", spent)},
	"stop":                 {"server person", exactly("person", name, "commitment", digest)},
	"stop-lift":            {"person", exactly("person", name)},
	"break-glass":          {"person", exactly("grant", identifier, "until", moment, "classes", list(1, 3, class), "commitment", digest)},
	"break-glass-end":      {"server", exactly("grant", identifier, "person", name)},
	"model-stop":           {"server", exactly("person", name, "commitment", digest)},
	"model-resume":         {"server", exactly("person", name)},
	"cancellation":         {"server person", exactly("person", name)},
	"settlement":           {"server", with(spending, "outcome", oneOf("succeeded", "undone", "rejected", "failed", "cancelled"), "reason", rule, "steps", counter, "heals", counter, "entries", counter, "chain", digest)},
	"heartbeat":            {"server", exactly("number", whole(1, mostSafe), "intervalSeconds", whole(1, 86_400), "clock", oneOf("synchronised", "unsynchronised", "unknown"))},
	"audit-read":           {"server", exactly("person", name, "what", oneOf("ledger", "evidence", "egress", "why"), "run", orNull(runID), "origin", origin, "withinSeconds", whole(0, 86_400))},
	"access-refusal":       {"server", exactly("person", orNull(name), "action", orNull(action), "reason", oneOf("unauthenticated", "expired", "out-of-scope", "not-allowed", "too-often"), "attempts", whole(1, 1_000_000), "origin", origin)},
	"evidence-export":      {"server", exactly("person", name, "scope", oneOf("all", "pci"), "from", orNull(moment), "to", orNull(moment), "size", amount, "first", amount)},
	"blob-shred":           {"server", exactly("person", name, "reason", oneOf("erasure", "retention", "leak"))},
	"log-restore":          {"server", exactly("size", amount, "root", digest, "lost", amount, "lostRoot", digest, "signature", digest)},
}

var (
	envelopeForm  = exactly("payload", base64Text, "payloadType", oneOf(payloadType), "signatures", list(1, 1, exactly("keyid", text(0, 160, ""), "sig", base64Text)))
	statementForm = exactly(
		"_type", oneOf("https://in-toto.io/Statement/v1"),
		"subject", list(1, 1, exactly("name", text(6, 24, `run-[a-z2-7]{20}|duovir`), "digest", exactly("sha256", text(64, 64, `[0-9a-f]{64}`)))),
		"predicateType", text(1, 1000, `urn:duovir:[a-z-]+:v1`),
		"predicate", exactly("time", moment, "content", form(func(value) string { return "" })),
	)
	keysForm = exactly("format", oneOf("duovir-keys/v1"), "officer", rawKey, "trustPolicies", list(1, 1000, envelopeForm), "restores", list(0, 100, envelopeForm))
)

// -- The trust policy, and the officer's decision on a loss

var (
	amounts     = exactly(spending...)
	passkeyForm = exactly("id", text(1, 1024, `[A-Za-z0-9_-]+`), "publicKey", text(60, 124, `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==|MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=`),
		"relyingParty", text(1, 253, `[a-z0-9.-]+`), "origins", list(1, 8, form(isURL)))
	principalForm = exactly("name", name, "role", role, "publicKey", rawKey, "group", name, "mandate?", name, "brain?", byKind(map[string]form{
		"playbook": exactly("kind", oneOf("playbook")),
		"model":    exactly("kind", oneOf("model"), "model", name, "consult", oneOf("when-unsure", "always")),
	}), "team?", name, "roles?", list(0, 16, name), "subject?", text(1, 255, ""), "passkeys?", list(0, 8, passkeyForm))
	quorumForm = exactly("reviewers", whole(0, 16), "approvals", whole(0, 16), "groups", whole(0, 16), "adversary", flagged, "veto", oneOf("high", "critical"),
		"reviewSeconds", whole(1, 600), "people", whole(0, 8), "cardholderPeople", whole(0, 8), "peopleTimeoutSeconds", whole(1, 2_592_000), "permitSeconds", whole(1, 14_400))
	rate      = whole(0, 1_000_000_000)
	modelForm = exactly("alias", name, "provider", provider, "model", text(1, 256, `[A-Za-z0-9][A-Za-z0-9_.:/@-]*`), "family", name, "endpoint?", form(isURL),
		"region?", text(1, 64, `[a-z0-9-]+`), "project?", name, "key", byKind(map[string]form{
			"none":           exactly("kind", oneOf("none")),
			"env":            exactly("kind", oneOf("env"), "name", text(1, 64, `[A-Z_][A-Z0-9_]{0,63}`)),
			"file":           exactly("kind", oneOf("file"), "path", text(1, 1024, `(?s)/.*`)),
			"vault":          exactly("kind", oneOf("vault"), "address", form(isURL), "mount", text(0, 128, ""), "path", text(0, 512, ""), "field", text(0, 128, "")),
			"secret-manager": exactly("kind", oneOf("secret-manager"), "resource", text(1, 1000, `projects/[\w-]{1,63}/secrets/[\w-]{1,255}/versions/(?:[0-9]{1,9}|latest)`)),
		}), "dataClasses", list(0, 4, dataClass), "price", byKind(map[string]form{
			"snapshot": exactly("kind", oneOf("snapshot")),
			"fixed":    exactly("kind", oneOf("fixed"), "input", rate, "output", rate, "cacheRead", rate, "cacheWrite", rate),
		}), "maxOutputTokens", whole(16, 131_072), "timeoutSeconds", whole(1, 3600))
	port       = whole(1, 65_535)
	policyForm = both(exactly("apiVersion", oneOf("duovir/v1"), "kind", oneOf("TrustPolicy"), "organisation", text(1, 128, ""), "version", whole(1, mostSafe), "issuedAt", moment,
		"supersedes", orNull(exactly("digest", digest, "decidedUntil", moment)), "log", exactly("origin", text(0, 128, ""), "vkey", text(0, 256, "")),
		"witnesses", exactly("quorum", whole(1, 8), "vkeys", list(1, 8, text(0, 256, ""))), "principals", list(1, 256, principalForm),
		"quorum", keyed(accountable, quorumForm), "requests", exactly("signedFrom", accountable), "access", exactly("policies", text(0, 24_576, "")),
		"login", orNull(both(exactly("issuer", form(isURL), "clientId", text(1, 255, ""), "audience", text(1, 255, "")), func(v value) string { return isPrivate(v.str("issuer")) })),
		"breakGlass", orNull(exactly("people", whole(2, 8), "minutes", whole(1, 240), "classes", list(1, 3, oneOf("R1", "R2", "R3")))),
		"envelopes", list(0, 64, exactly("id", name, "signature", text(0, 128, ""), "inputs", list(1, 8, text(0, 64, "")), "range", exactly("kind", oneOf("port"), "from", port, "to", port),
			"environments", list(1, math.MaxInt32, oneOf("development", "staging", "production")), "attempts", whole(1, 10))),
		"heals", exactly("perStep", whole(0, 10), "perRun", whole(0, 20)),
		"budget", exactly("day", amounts, "team", amounts, "agent", amounts, "run", amounts, "motion", amounts, "landingPercent", whole(0, 90)),
		"egress", exactly("models", list(0, 32, modelForm), "allowed", list(0, 4, dataClass), "internalDomains", list(0, 64, text(1, 253, `[a-z0-9.-]+`)))), areSoundModels)
	signedPolicyForm = exactly("kind", oneOf("urn:duovir:trust-policy:v1"), "policy", policyForm)
	restoreForm      = exactly("apiVersion", oneOf("duovir/v1"), "kind", oneOf("RestoreDecision"), "origin", text(1, 256, ""), "size", amount, "root", digest, "lost", whole(1, mostSafe), "lostRoot", digest, "decidedAt", moment)
)

func isURL(v value) string {
	parsed, err := url.Parse(v.text)
	if v.kind != 's' || len(v.text) > 512 || err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return "not an address on the web"
	}
	return ""
}

var loopback = regexp.MustCompile(`^(?:127(?:\.[0-9]{1,3}){3}|localhost|::1)$`)

// isPrivate: what is sent in the clear can be read on the way. An address is no place for credentials either.
func isPrivate(address string) string {
	if parsed, err := url.Parse(address); err != nil || parsed.User != nil || parsed.Scheme != "https" && !loopback.MatchString(parsed.Hostname()) {
		return "https, except on the loopback"
	}
	return ""
}

// areSoundModels: what a signature cannot make sound is a brain without a model, or one model that poses as two independent groups.
func areSoundModels(p value) string {
	models, families := map[string]value{}, map[string]string{}
	isFamily := map[string]bool{}
	for _, model := range p.at("egress", "models").items {
		alias, vendor := model.str("alias"), model.str("provider")
		if models[alias].exists() {
			return "two models have the same alias"
		}
		if known, ok := families[model.str("model")]; ok && known != model.str("family") {
			return "one model is of two families"
		}
		needs := map[string][]string{"azure": {"endpoint"}, "openai-compatible": {"endpoint"}, "bedrock": {"region"}, "vertex": {"region", "project"}}[vendor]
		for _, need := range needs {
			if !model.at(need).exists() {
				return vendor + " needs " + need
			}
		}
		if model.at("endpoint").exists() && isPrivate(model.str("endpoint")) != "" {
			return "an endpoint without https"
		}
		models[alias], families[model.str("model")], isFamily[model.str("family")] = model, model.str("family"), true
	}
	for _, who := range p.at("principals").items {
		isAgent := strings.Contains("planner reviewer healer", who.str("role"))
		if who.at("brain").str("kind") != "model" {
			if isAgent && isFamily[who.str("group")] {
				return who.str("name") + " judges by rules but is in the group of a model family"
			}
			continue
		}
		if model := models[who.at("brain").str("model")]; !isAgent || !model.exists() || model.str("family") != who.str("group") {
			return who.str("name") + " has no such brain"
		}
	}
	return ""
}

// ---- JSON in its one canonical form (RFC 8785) -----------------------------------------------------------------------

// value is a piece of JSON; the zero value is what is absent.
type value struct {
	kind   byte // 'o'bject, 'a'rray, 's'tring, 'n'umber, 'b'oolean, 'z' null
	text   string
	number float64
	keys   []string
	items  []value
	raw    string // as it was written
}

func (v value) exists() bool { return v.kind != 0 && v.kind != 'z' }

// at follows member names; what is not there is the zero value.
func (v value) at(path ...string) value {
	for _, name := range path {
		next := value{}
		for at, key := range v.keys {
			if key == name {
				next = v.items[at]
			}
		}
		v = next
	}
	return v
}

func (v value) str(name string) string { return v.at(name).text }
func (v value) int(name string) int64  { return int64(v.at(name).number) }
func (v value) is(name string) bool    { return v.at(name).text == "true" }

func (v value) lists(name, wanted string) bool {
	for _, item := range v.at(name).items {
		if item.text == wanted {
			return true
		}
	}
	return false
}

type fault struct{ rule, why string }

func (f *fault) Error() string { return f.why }

// parseCanonical takes nothing but the canonical form, so that one text cannot mean two things to two readers.
func parseCanonical(text string) (value, *fault) {
	reader := &canonicalReader{text: text}
	v, ok := reader.value(0)
	if ok && reader.at == len(text) {
		return v, nil
	}
	// Refused either way; the name says whether it is another spelling of something, or nothing at all.
	if json.Valid([]byte(text)) && utf8.ValidString(text) && !loneSurrogate(text) && !reader.tooGreat {
		return value{}, &fault{"envelope-not-canonical", "the JSON text is not in canonical form"}
	}
	return value{}, &fault{"canonical-json-invalid", "the text is not JSON"}
}

type canonicalReader struct {
	text     string
	at       int
	values   int
	tooGreat bool
}

// mostDepth bounds the stack, mostValues the memory; no form here is deeper than ten, the longest is a manifest's.
const (
	mostDepth  = 1000
	mostValues = 1 << 23
)

func (r *canonicalReader) take(expected string) bool {
	if strings.HasPrefix(r.text[r.at:], expected) {
		r.at += len(expected)
		return true
	}
	return false
}

func (r *canonicalReader) value(depth int) (v value, ok bool) {
	from := r.at
	if r.values++; depth > mostDepth || r.values > mostValues || r.at >= len(r.text) {
		return v, false
	}
	switch first := r.text[r.at]; {
	case first == '{':
		v, ok = r.object(depth)
	case first == '[':
		v, ok = r.array(depth)
	case first == '"':
		v.kind = 's'
		v.text, ok = r.string()
	case first == '-' || first >= '0' && first <= '9':
		v, ok = r.number()
	case r.take("true"), r.take("false"):
		v, ok = value{kind: 'b', text: r.text[from:r.at]}, true
	case r.take("null"):
		v, ok = value{kind: 'z'}, true
	}
	v.raw = r.text[from:r.at]
	return v, ok
}

func (r *canonicalReader) array(depth int) (value, bool) {
	v := value{kind: 'a'}
	if r.at++; r.take("]") {
		return v, true
	}
	for {
		item, ok := r.value(depth + 1)
		if !ok {
			return v, false
		}
		v.items = append(v.items, item)
		if r.take("]") {
			return v, true
		}
		if !r.take(",") {
			return v, false
		}
	}
}

func (r *canonicalReader) object(depth int) (value, bool) {
	v := value{kind: 'o'}
	if r.at++; r.take("}") {
		return v, true
	}
	for {
		if r.at >= len(r.text) || r.text[r.at] != '"' {
			return v, false
		}
		key, ok := r.string()
		// Names in the order of their UTF-16 code units, each once.
		if !ok || len(v.keys) > 0 && !isLess(v.keys[len(v.keys)-1], key) || !r.take(":") {
			return v, false
		}
		item, ok := r.value(depth + 1)
		if !ok {
			return v, false
		}
		v.keys, v.items = append(v.keys, key), append(v.items, item)
		if r.take("}") {
			return v, true
		}
		if !r.take(",") {
			return v, false
		}
	}
}

func isLess(left, right string) bool {
	a, b := utf16.Encode([]rune(left)), utf16.Encode([]rune(right))
	for at := 0; at < len(a) && at < len(b); at++ {
		if a[at] != b[at] {
			return a[at] < b[at]
		}
	}
	return len(a) < len(b)
}

// string reads the shortest spelling: only what must be escaped is, and in one way.
func (r *canonicalReader) string() (string, bool) {
	r.at++
	from, escaped := r.at, []byte(nil)
	for r.at < len(r.text) {
		switch one := r.text[r.at]; {
		case one == '"':
			plain := r.text[from:r.at]
			r.at++
			if !utf8.ValidString(plain) {
				return "", false
			}
			if escaped != nil {
				return string(escaped) + plain, true
			}
			return plain, true
		case one < 0x20:
			return "", false
		case one != '\\':
			r.at++
		default:
			plain := r.text[from:r.at]
			character, ok := r.escape()
			if !ok || !utf8.ValidString(plain) {
				return "", false
			}
			escaped = append(append(escaped, plain...), character)
			from = r.at
		}
	}
	return "", false
}

func (r *canonicalReader) escape() (byte, bool) {
	for character := byte(0); character < 0x80; character++ {
		if character >= 0x20 && character != '"' && character != '\\' {
			continue
		}
		if r.take(spelling(character)) {
			return character, true
		}
	}
	return 0, false
}

// spelling is how RFC 8785 escapes a character that must be escaped.
func spelling(character byte) string {
	switch character {
	case '\b':
		return `\b`
	case '\t':
		return `\t`
	case '\n':
		return `\n`
	case '\f':
		return `\f`
	case '\r':
		return `\r`
	case '"', '\\':
		return `\` + string(rune(character))
	}
	return fmt.Sprintf(`\u%04x`, character)
}

func (r *canonicalReader) number() (value, bool) {
	from := r.at
	for r.at < len(r.text) && strings.IndexByte("+-.0123456789eE", r.text[r.at]) >= 0 {
		r.at++
	}
	written := r.text[from:r.at]
	number, err := strconv.ParseFloat(written, 64)
	if err != nil {
		r.tooGreat = r.tooGreat || math.IsInf(number, 0)
		return value{}, false
	}
	return value{kind: 'n', text: written, number: number}, formatNumber(number) == written
}

// formatNumber writes a number as ECMAScript does.
func formatNumber(number float64) string {
	if number == 0 {
		return "0"
	}
	if size := math.Abs(number); size >= 1e-6 && size < 1e21 {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	written := strconv.FormatFloat(number, 'e', -1, 64)
	// Go writes at least two digits of exponent.
	return regexp.MustCompile(`e([+-])0`).ReplaceAllString(written, "e$1")
}

var unicodeEscape = regexp.MustCompile(`\\(?:u([0-9a-fA-F]{4})|.)`)

// loneSurrogate finds half of a character, which no text in UTF-8 can hold.
func loneSurrogate(text string) bool {
	high := -1 // where the escape of a first half ended
	for _, at := range unicodeEscape.FindAllStringSubmatchIndex(text, -1) {
		unit := uint64(0)
		if at[2] >= 0 {
			unit, _ = strconv.ParseUint(text[at[2]:at[3]], 16, 16)
		}
		isLow := unit >= 0xdc00 && unit < 0xe000
		if isLow != (high == at[0]) {
			return true
		}
		high = -1
		if unit >= 0xd800 && unit < 0xdc00 {
			high = at[1]
		}
	}
	return high >= 0
}

// ---- Passkeys (W3C WebAuthn Level 3, 7.2) ----------------------------------------------------------------------------

type passkey struct {
	value
	key any // *ecdsa.PublicKey or ed25519.PublicKey
}

var assertionForm = exactly("authenticatorData", text(1, 128, `[A-Za-z0-9_-]+`), "clientDataJSON", text(1, 4096, `[A-Za-z0-9_-]+`), "signature", text(1, 256, `[A-Za-z0-9_-]+`))

// holds says whether the passkey's owner, present and verified, signed the message on a page of the passkey's own. The sign
// counter is left out: synchronised passkeys have none, and an auditor reads years later.
func (p *passkey) holds(message, signature []byte) bool {
	assertion, fault := parseCanonical(string(signature))
	if fault != nil || assertionForm(assertion) != "" {
		return false
	}
	authenticator, client := base64url(assertion.str("authenticatorData")), base64url(assertion.str("clientDataJSON"))
	if !p.isForThis(client, message) || !p.isByVerifiedUser(authenticator) {
		return false
	}
	digest := sha256.Sum256(client)
	signed := append(append([]byte{}, authenticator...), digest[:]...)
	switch key := p.key.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(key, signed, base64url(assertion.str("signature")))
	case *ecdsa.PublicKey:
		hash := sha256.Sum256(signed)
		return ecdsa.VerifyASN1(key, hash[:], base64url(assertion.str("signature")))
	}
	return false
}

// base64url ignores a last character that makes no byte, as browsers and Node do.
func base64url(text string) []byte {
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	raw, _ := base64.RawURLEncoding.DecodeString(text)
	return raw
}

// isForThis: browsers may add members; a page framed by another one, or a bound connection, is not what people sign in.
func (p *passkey) isForThis(client, message []byte) bool {
	client = bytes.TrimPrefix(client, []byte("\ufeff"))
	var members map[string]any
	if !utf8.Valid(client) || json.Unmarshal(client, &members) != nil || members["type"] != "webauthn.get" {
		return false
	}
	if crossOrigin, isThere := members["crossOrigin"]; isThere && crossOrigin != false {
		return false
	}
	for _, name := range []string{"topOrigin", "tokenBinding"} {
		if _, isThere := members[name]; isThere {
			return false
		}
	}
	origin, isText := members["origin"].(string)
	digest := sha256.Sum256(message)
	return isText && p.lists("origins", origin) && members["challenge"] == base64.RawURLEncoding.EncodeToString(digest[:])
}

// isByVerifiedUser reads RP id hash, flags and counter; extensions are never asked for, so nothing follows.
func (p *passkey) isByVerifiedUser(authenticator []byte) bool {
	const present, verified, eligible, backedUp = 0x01, 0x04, 0x08, 0x10
	relyingParty := sha256.Sum256([]byte(p.str("relyingParty")))
	if len(authenticator) != 37 || !bytes.Equal(authenticator[:32], relyingParty[:]) {
		return false
	}
	flags := authenticator[32]
	return flags&^(present|verified|eligible|backedUp) == 0 && flags&present != 0 && flags&verified != 0 && (flags&eligible != 0 || flags&backedUp == 0)
}
