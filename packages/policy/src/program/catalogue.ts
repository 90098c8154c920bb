/**
 * What a program is to the policy. `reads` changes nothing; `queries` does what its statement says; `changes` and `serves`
 * are understood; `interprets` runs code it is given; `launches` runs another program in a way that cannot be read off its
 * arguments; `forbidden` never runs.
 */
export type ProgramKind = 'reads' | 'queries' | 'changes' | 'serves' | 'interprets' | 'launches' | 'forbidden';

const names: Readonly<Record<ProgramKind, string>> = {
  reads: `cat head tail ls stat test true false echo printf date id whoami hostname uname pwd wc sort uniq cut tr grep cmp diff
    sha256sum md5sum basename dirname readlink realpath seq sleep df du ps ss pgrep nproc getent locale pg_isready
    pg_controldata pg_config pg_verifybackup pg_waldump`,
  queries: 'psql redis-cli curl',
  changes: `mkdir rmdir rm cp mv touch ln chmod install tee truncate sync initdb pg_ctl pg_basebackup pg_rewind pg_checksums
    createdb createuser dropdb dropuser pg_dump pg_restore vacuumdb reindexdb pgbench`,
  serves: 'postgres postmaster redis-server redis-sentinel nginx pg_receivewal',
  interprets: `sh bash dash ash zsh ksh mksh fish csh tcsh busybox perl python python2 python3 node nodejs deno bun ruby php lua
    tclsh awk gawk mawk nawk ed vi vim ex emacs m4 make cmake ninja gcc cc tcc go cargo rustc java groovy osascript
    sqlite3 mysql mongosh gdb jq yq`,
  launches: `xargs parallel find watch flock script time exec eval ssh scp sftp rsync socat nc ncat netcat telnet
    setpriv start-stop-daemon daemon supervisord runit s6-svscan screen tmux expect dbus-run-session ld.so
    ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 git tar zip cpio rpm dpkg apt apt-get npm npx pip pip3 gem`,
  forbidden: `sudo su doas pkexec runuser newgrp sg mount umount nsenter unshare bwrap chroot pivot_root capsh setcap getcap
    insmod modprobe rmmod kexec reboot shutdown halt poweroff init telinit mknod losetup dmsetup mkfs fdisk parted
    swapon swapoff sysctl iptables ip6tables nft ip tc brctl ifconfig route passwd useradd usermod userdel
    groupadd visudo chpasswd crontab at batch systemctl service docker podman runc crun containerd ctr nerdctl
    strace ltrace ptrace bpftool bpftrace perf keyctl newuidmap newgidmap fusermount fusermount3 dd`,
};

const kinds = new Map<string, ProgramKind>();
for (const [kind, list] of Object.entries(names) as [ProgramKind, string][])
  for (const name of list.split(/\s+/)) kinds.set(name, kind);

/** Undefined for a program nobody has described. */
export function programKind(name: string): ProgramKind | undefined {
  const known = kinds.get(name);
  if (known) return known;
  // python3.11, perl5.36, php8.2, mkfs.ext4: the version or variant does not change what it is.
  const family = /^([a-z-]+?)\d*(?:\.[a-z0-9.]+)?$/.exec(name)?.[1];
  return family === undefined || family === name ? undefined : kinds.get(family);
}

/** Every described program with what it is, for the documentation. */
export const programCatalogue: ReadonlyMap<string, ProgramKind> = kinds;
