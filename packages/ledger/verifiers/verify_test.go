// The public vectors of ../vectors, put to the functions of verify.go:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go test verify.go verify_test.go
package main

import (
	"bufio"
	"compress/gzip"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

const vectors = "../vectors"

// vectorCase has the members of all kinds.
type vectorCase struct {
	ID, Kind, Expect, File, Output, Text, Bits string
	Key, Message, Signature                    string
	Note, Vkey, Path, Dir, CheckpointText      string
	Vkeys                                      []string
	Level                                      any
	Index, Size                                int64
	Width, Lines, Hashes                       int
	Timestamp                                  int64
	Sha256                                     string
	Vector                                     json.RawMessage
}

// proofVector is of transparency-dev/merkle. What does not fit into it, as sizes of 64 bits, is refused.
type proofVector struct {
	LeafIdx, TreeSize, Size1, Size2 int64
	Root, LeafHash, Root1, Root2    string
	Proof                           []string
}

// TestVectors asks for a verdict on each case that is about something verify.go does.
func TestVectors(t *testing.T) {
	judges := map[string]func(folder string, c vectorCase) bool{
		"ed25519": judgeEd25519, "inclusion": judgeInclusion, "consistency": judgeConsistency, "note-verify": judgeNote,
		"cosignature-verify": judgeNote, "checkpoint-parse": judgeCheckpoint, "vkey-parse": judgeVkey, "tile-path": judgeTilePath,
		"cosignature-message": judgeCosignatureMessage, "proof-layout": judgeProof, "jcs": judgeCanonical, "jcs-number": judgeNumber,
		"jcs-numbers": judgeNumbers, "tlog": judgeLog, "checkpoint-of-tlog": judgeLog,
	}
	judged := map[string]int{}
	folders, err := os.ReadDir(vectors)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range folders {
		folder := filepath.Join(vectors, one.Name())
		for _, c := range readCases(t, folder) {
			judge := judges[c.Kind]
			if judge == nil {
				continue
			}
			judged[c.Kind]++
			if judge(folder, c) != (c.Expect != "fail") {
				t.Errorf("%s %s: expected %s", one.Name(), c.ID, c.Expect)
			}
		}
	}
	if judged["ed25519"] != 1065 || judged["inclusion"]+judged["consistency"] != 196 || len(judged) != len(judges) {
		t.Errorf("not all families are there: %v", judged)
	}
}

func readCases(t *testing.T, folder string) (cases []vectorCase) {
	var reader io.Reader
	if file, err := os.Open(filepath.Join(folder, "cases.jsonl")); err == nil {
		defer file.Close()
		reader = file
	} else if file, err := os.Open(filepath.Join(folder, "cases.jsonl.gz")); err == nil {
		defer file.Close()
		if reader, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	} else {
		return nil
	}
	scanner := bufio.NewScanner(reader)
	scanner.Buffer(nil, 1<<24)
	for scanner.Scan() {
		var c vectorCase
		if err := json.Unmarshal(scanner.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

func unhex(text string) []byte {
	raw, _ := hex.DecodeString(text)
	return raw
}

func judgeEd25519(_ string, c vectorCase) bool {
	key := noteKey{key: unhex(c.Key)}
	return len(key.key) == ed25519.PublicKeySize && key.Verify(unhex(c.Message), unhex(c.Signature))
}

func hashOf(text string) (tlog.Hash, bool) {
	raw, err := base64.StdEncoding.DecodeString(text)
	var hash tlog.Hash
	copy(hash[:], raw)
	return hash, err == nil && len(raw) == len(hash)
}

func hashesOf(texts []string) (hashes []tlog.Hash, ok bool) {
	for _, text := range texts {
		hash, ok := hashOf(text)
		if !ok {
			return nil, false
		}
		hashes = append(hashes, hash)
	}
	return hashes, true
}

func judgeInclusion(_ string, c vectorCase) bool {
	var v proofVector
	if json.Unmarshal(c.Vector, &v) != nil {
		return false
	}
	root, isRoot := hashOf(v.Root)
	leaf, isLeaf := hashOf(v.LeafHash)
	proof, isProof := hashesOf(v.Proof)
	return isRoot && isLeaf && isProof && tlog.CheckRecord(proof, v.TreeSize, root, v.LeafIdx, leaf) == nil
}

func judgeConsistency(_ string, c vectorCase) bool {
	var v proofVector
	if json.Unmarshal(c.Vector, &v) != nil {
		return false
	}
	if v.Size1 == v.Size2 && len(v.Proof) == 0 {
		return v.Size1 > 0 && v.Root1 == v.Root2 // One of these roots is no hash of SHA-256, and tlog has no place for others.
	}
	older, isOlder := hashOf(v.Root1)
	newer, isNewer := hashOf(v.Root2)
	proof, isProof := hashesOf(v.Proof)
	return isOlder && isNewer && isProof && tlog.CheckTree(proof, v.Size2, newer, v.Size1, older) == nil
}

func judgeNote(_ string, c vectorCase) bool {
	var keys []*noteKey
	for _, vkey := range c.Vkeys {
		keys = append(keys, parseNoteKey(vkey))
	}
	_, _, err := openSignedNote([]byte(c.Note), keys)
	return err == nil
}

func judgeCheckpoint(_ string, c vectorCase) bool {
	end := strings.LastIndex(c.Note, "\n\n")
	if end < 0 {
		return false
	}
	_, err := parseCheckpointText(c.Note[:end+1])
	return err == nil
}

func judgeVkey(_ string, c vectorCase) bool { return parseNoteKey(c.Vkey) != nil }

func judgeTilePath(_ string, c vectorCase) bool {
	level, isNumber := c.Level.(float64)
	if !isNumber {
		level = -1
	}
	return tilePath(int(level), c.Index, c.Width) == c.Path
}

// judgeCosignatureMessage has a key of its own sign what the specification says is signed.
func judgeCosignatureMessage(_ string, c vectorCase) bool {
	private := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	key := noteKey{isWitness: true, key: private.Public().(ed25519.PublicKey)}
	signature := binary.BigEndian.AppendUint64(nil, uint64(c.Timestamp))
	return key.Verify([]byte(c.CheckpointText), append(signature, ed25519.Sign(private, []byte(c.Message))...))
}

func judgeProof(_ string, c vectorCase) bool {
	proof, err := parseProof([]byte(c.Text))
	return err == nil && proof.index == c.Index && len(proof.hashes) == c.Hashes
}

// judgeCanonical: of each pair the output is canonical and the input, where it differs, is not.
func judgeCanonical(folder string, c vectorCase) bool {
	if c.Output == "" {
		_, fault := parseCanonical(c.Text)
		return fault == nil || fault.rule != "canonical-json-invalid"
	}
	input, _ := os.ReadFile(filepath.Join(folder, c.File))
	output, _ := os.ReadFile(filepath.Join(folder, c.Output))
	_, wrongInput := parseCanonical(string(input))
	_, wrongOutput := parseCanonical(string(output))
	return wrongOutput == nil && (wrongInput != nil) == (string(input) != string(output))
}

func judgeNumber(_ string, c vectorCase) bool {
	bits, err := strconv.ParseUint(c.Bits, 16, 64)
	return err == nil && formatNumber(math.Float64frombits(bits)) == c.Text
}

// judgeNumbers makes the sequence of the test data of RFC 8785: known numbers, serial ones, then chained hashes read as doubles.
func judgeNumbers(folder string, c vectorCase) bool {
	sum, line := sha256.New(), 0
	add := func(bits uint64) {
		if line < c.Lines {
			fmt.Fprintf(sum, "%x,%s\n", bits, formatNumber(math.Float64frombits(bits)))
		}
		line++
	}
	known, _ := os.ReadFile(filepath.Join(folder, c.File))
	for _, text := range strings.Fields(string(known)) {
		bits, _ := strconv.ParseUint(text, 16, 64)
		add(bits)
	}
	for serial := uint64(0); serial < 2000; serial++ {
		add(0x0010000000000000 + serial)
	}
	for block := sha256.Sum256(make([]byte, 32)); line < c.Lines; block = sha256.Sum256(block[:]) {
		for at := 0; at < len(block); at += 8 {
			bits := binary.LittleEndian.Uint64(block[at:])
			if number := math.Float64frombits(bits); number != 0 && !math.IsNaN(number) && !math.IsInf(number, 0) {
				add(bits)
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)) == c.Sha256
}

// judgeLog reads a log of somebody else's making: every entry leads to the root that was signed.
func judgeLog(root string, c vectorCase) bool {
	name := c.File
	if name == "" {
		name = c.Dir + "/checkpoint"
	}
	text, _ := folder(root).read(name)
	opened, _, err := openSignedNote(text, []*noteKey{parseNoteKey(c.Vkeys[0])})
	if err != nil {
		return false
	}
	signed, err := parseCheckpointText(opened)
	if err != nil || signed.size != c.Size {
		return false
	}
	log, hashes := folder(filepath.Join(root, c.Dir)), []tlog.Hash(nil)
	if signed.size > 0 {
		entries, err := log.bundle(0, int(signed.size))
		if err != nil {
			return false
		}
		for _, entry := range entries {
			hashes = append(hashes, tlog.RecordHash(entry))
		}
	}
	return grow(0, hashes, nil).leadsTo(signed)
}
