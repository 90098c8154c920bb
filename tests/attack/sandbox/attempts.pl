# Runs inside a sandbox and tries one forbidden thing after another; perl, because every Debian has it and it can make
# any system call. Prints one line for each attempt: name, "stopped" or "ALLOWED", detail, separated by tabs.
#
# The environment gives HOST_PID (a process outside), OUTSIDE (a directory outside with canaries), HOST_PORT and
# ABSTRACT (listeners outside) and HERE (where writing is allowed).
use strict;
use warnings;
use Errno ();
use Fcntl qw(O_RDONLY O_RDWR O_WRONLY);
use POSIX ();
use Socket;

my $arm = (POSIX::uname())[4] eq 'aarch64';
my ($here, $outside, $host_pid) = @ENV{qw(HERE OUTSIDE HOST_PID)};

# name => [x64, arm64]
my %number = (
  ptrace => [101, 117], mount => [165, 40], umount2 => [166, 39], fsopen => [430, 430], unshare => [272, 97],
  setns => [308, 268], keyctl => [250, 219], add_key => [248, 217], bpf => [321, 280], perf_event_open => [298, 241],
  userfaultfd => [323, 282], io_uring_setup => [425, 425], open_by_handle_at => [304, 265], kexec_load => [246, 104],
  init_module => [175, 105], personality => [135, 92], setgroups => [116, 159], setuid => [105, 146],
  sched_setscheduler => [144, 119], setrlimit => [160, 164], clock_settime => [227, 112], sethostname => [170, 161],
  syslog => [103, 116], landlock_create_ruleset => [444, 444], clone => [56, 220], clone3 => [435, 435],
  pivot_root => [155, 41], process_vm_readv => [310, 270], pidfd_open => [434, 434], pidfd_getfd => [438, 438],
  mknodat => [259, 33], swapon => [167, 224], quotactl => [179, 60], fanotify_init => [300, 262],
  mount_setattr => [442, 442], open_tree => [428, 428], move_pages => [279, 239],
);
sub call { my ($name, @words) = @_; return did(syscall($number{$name}[$arm ? 1 : 0], @words) != -1) }

# Ends an attempt as stopped unless what it did succeeded.
sub did { my ($success, $detail) = @_; die errno() . "\n" unless $success; return $detail // '' }
sub errno { my ($name) = grep { $!{$_} } keys %!; return $name // 'none' }
sub stopped { die "$_[0]\n" }

sub opened { my ($path, $mode) = @_; did(sysopen(my $handle, $path, $mode // O_RDONLY)); return $handle }
sub openable { opened(@_); return 'opened' }
sub content { my ($path, $length) = @_; my $handle = opened($path); did(defined sysread($handle, my $text, $length // 4096)); return $text }
sub listed { my ($path) = @_; did(opendir(my $handle, $path)); return join ',', grep { !/^\.+$/ } readdir $handle }
sub connected {
  my ($family, $type, $address) = @_;
  did(socket(my $handle, $family, $type, 0));
  local $SIG{ALRM} = sub { die "ETIMEDOUT\n" };
  alarm 2;
  my $success = connect($handle, $address);
  my $error = $!;
  alarm 0;
  $! = $error;
  return did($success);
}
# In a child, because what it changes is for good: returns what the child's call returned.
sub in_child {
  my ($code) = @_;
  my $pid = fork // return did(0);
  if ($pid == 0) { POSIX::_exit(eval { $code->(); 1 } ? 0 : int($! || 1)) }
  waitpid $pid, 0;
  $! = $? >> 8;
  stopped("signal " . ($? & 127)) if $? & 127;
  return did($? == 0);
}
sub cloned { my ($pid) = @_; did($pid >= 0); POSIX::_exit(0) if $pid == 0; waitpid $pid, 0; return 'cloned' }
sub program { my @words = @_; my $text = `@words 2>&1 </dev/null`; stopped("exit " . ($? >> 8)) if $?; return $text }

my @attempts;
sub attempt { push @attempts, [@_] }

# First, before any attempt has opened something of its own
attempt 'use leaked descriptors' => sub {
  my @leaked = grep { $_ > 2 && defined readlink("/proc/self/fd/$_") && readlink("/proc/self/fd/$_") !~ m{^/proc/|^/dev/null$} } split /,/, listed('/proc/self/fd');
  @leaked ? join(" ", map { "$_:" . readlink "/proc/self/fd/$_" } @leaked) : stopped('none');
};

# Files
attempt 'write a program of the host' => sub { openable('/usr/bin/canary', O_WRONLY | POSIX::O_CREAT()) };
attempt 'append to /etc/passwd' => sub { did(open(my $handle, '>>', '/etc/passwd')) };
attempt 'create a file in /' => sub { openable('/canary', O_WRONLY | POSIX::O_CREAT()) };
attempt 'create a file in /dev' => sub { openable('/dev/canary', O_WRONLY | POSIX::O_CREAT()) };
attempt 'read /etc/shadow' => sub { content('/etc/shadow') };
attempt 'list /root' => sub { listed('/root') };
attempt 'list /home' => sub { listed('/home') };
attempt 'read a file of the same user outside' => sub { content("$outside/own") };
attempt 'read a file of root outside' => sub { content("$outside/root") };
attempt 'hard link /etc/passwd into reach' => sub { did(link '/etc/passwd', "$here/linked") };
attempt 'make a symbolic link to /etc/shadow' => sub { unlink "$here/shadow"; did(symlink '/etc/shadow', "$here/shadow") };
attempt 'read /sys' => sub { listed('/sys/kernel') };

# Secrets and other processes
attempt 'see secrets of the orchestrator in the environment' => sub { my @names = grep { /SECRET|TOKEN/ } keys %ENV; @names ? "@names" : stopped('none') };
attempt 'read the environment of PID 1' => sub { content('/proc/1/environ', 65536) =~ /SECRET/ ? 'secret' : stopped('clean') };
attempt 'see a process outside' => sub { content("/proc/$host_pid/cmdline") =~ /1234321/ ? 'seen' : stopped('another process') };
attempt 'signal a process outside' => sub { content("/proc/$host_pid/stat"); did(kill 0, $host_pid) };
attempt 'trace a process outside' => sub { call('ptrace', 0x4206, $host_pid + 0, 0, 0) };
attempt 'trace PID 1' => sub { call('ptrace', 0x4206, 1, 0, 0) };
attempt 'open the memory of PID 1' => sub { openable('/proc/1/mem') };
attempt 'walk through the root of PID 1' => sub { listed('/proc/1/root/') };
attempt 'list the descriptors of PID 1' => sub { listed('/proc/1/fd') };
attempt 'open a descriptor of PID 1' => sub { openable('/proc/1/fd/0') };
attempt 'read memory of PID 1 by process_vm_readv' => sub { my $vector = pack('QQ', 0, 0); call('process_vm_readv', 1, $vector, 1, $vector, 1, 0) };
attempt 'take a descriptor of PID 1' => sub {
  my $handle = syscall($number{pidfd_open}[$arm], 1, 0);
  did($handle >= 0);
  call('pidfd_getfd', $handle, 0, 0);
};
attempt 'overwrite the program of PID 1' => sub { openable('/proc/1/exe', O_WRONLY) };
attempt 'kill PID 1' => sub { kill 9, 1; select undef, undef, undef, 0.1; stopped('still there') if -d '/proc/1'; 'killed' };

# Mounts and namespaces
attempt 'mount a tmpfs' => sub { my ($none, $type) = ('none', 'tmpfs'); call('mount', $none, $here, $type, 0, 0) };
attempt 'remount /usr writable' => sub { my ($none, $path, $empty) = ('none', '/usr', ''); call('mount', $none, $path, $empty, 32, 0) };
attempt 'unmount /proc' => sub { my $path = '/proc'; call('umount2', $path, 2) };
attempt 'open a file system context' => sub { my $type = 'tmpfs'; call('fsopen', $type, 0) };
attempt 'clone the mount tree' => sub { my $path = '/'; call('open_tree', -100, $path, 1) };
attempt 'change mount attributes' => sub { my ($path, $attributes) = ('/', "\0" x 32); call('mount_setattr', -100, $path, 0, $attributes, 32) };
attempt 'pivot the root' => sub { my ($one, $two) = ($here, $here); call('pivot_root', $one, $two) };
attempt 'mount a cgroup file system' => sub { my ($none, $path, $type) = ('none', '/tmp', 'cgroup2'); call('mount', $none, $path, $type, 0, 0) };
attempt 'write to the cgroup file system' => sub {
  for my $path (glob('/sys/fs/cgroup/* /sys/fs/cgroup')) { return $path if mkdir "$path/canary" and rmdir "$path/canary" }
  stopped(errno());
};
attempt 'make a user namespace' => sub { in_child(sub { call('unshare', 0x10000000) }) };
attempt 'gain capabilities in new namespaces' => sub { in_child(sub { call('unshare', 0x10000000 | 0x40000000 | 0x20000) }) };
attempt 'clone into a user namespace' => sub { cloned(syscall($number{clone}[$arm], 0x10000000 | 17, 0, 0, 0, 0)) };
attempt 'clone3, whose flags no filter can read' => sub { my $arguments = "\0" x 64; cloned(syscall($number{clone3}[$arm], $arguments, 64)) };
attempt 'join the mount namespace of PID 1' => sub { call('setns', fileno(opened('/proc/1/ns/mnt')), 0) };
attempt 'change the root directory' => sub { in_child(sub { did(chroot '/tmp') }) };

# Devices and kernel
attempt 'make a block device' => sub { my $path = "$here/block"; call('mknodat', -100, $path, 0060600, 254 << 8) };
attempt 'open a device of the machine' => sub {
  for my $name (qw(kvm mem vda sda fuse net/tun loop-control kmsg vsock vhost-vsock)) { return $name if sysopen(my $handle, "/dev/$name", O_RDWR) }
  stopped(errno());
};
attempt 'read a key of the orchestrator' => sub {
  my ($type, $name, $text) = ('user', 'duovir_canary', "\0" x 64);
  my $key = syscall($number{keyctl}[$arm], 10, -3, $type, $name, 0);
  did($key != -1);
  call('keyctl', 11, $key, $text, 64);
};
attempt 'add a key' => sub { my ($type, $name, $text) = ('user', 'canary', 'x'); call('add_key', $type, $name, $text, 1, -3) };
attempt 'see keys in /proc/keys' => sub { content('/proc/keys', 65536) =~ /duovir_canary/ ? 'canary' : stopped('none') };
attempt 'load a BPF program' => sub { call('bpf', 5, 0, 0) };
attempt 'open a performance counter' => sub { my $attributes = pack('LLQ', 1, 112, 0) . "\0" x 96; call('perf_event_open', $attributes, 0, -1, -1, 0) };
attempt 'handle page faults in user space' => sub { call('userfaultfd', 0) };
attempt 'set up io_uring' => sub { my $parameters = "\0" x 120; call('io_uring_setup', 1, $parameters) };
attempt 'open by file handle' => sub { my $handle = pack('LLLL', 8, 1, 2, 0); call('open_by_handle_at', fileno(opened('/')), $handle, 0) };
attempt 'load a kernel by kexec' => sub { call('kexec_load', 0, 0, 0, 0) };
attempt 'load a kernel module' => sub { my $empty = ''; call('init_module', 0, 0, $empty) };
attempt 'add swap' => sub { my $path = "$here/swap"; call('swapon', $path, 0) };
attempt 'query quotas' => sub { my $buffer = "\0" x 128; call('quotactl', 0x80000100, 0, 0, $buffer) };
attempt 'watch files by fanotify' => sub { call('fanotify_init', 0, 0) };
attempt 'move pages of PID 1' => sub { call('move_pages', 1, 0, 0, 0, 0, 0) };
attempt 'switch off address randomisation' => sub { in_child(sub { call('personality', 0x0040000) }) };
attempt 'use the x32 calls' => sub { stopped('not on this processor') if $arm; in_child(sub { did(syscall(0x40000000 + 39) > 0) }) };
attempt 'ask for the Landlock version' => sub { call('landlock_create_ruleset', 0, 0, 1) };
attempt 'write core_pattern' => sub { openable('/proc/sys/kernel/core_pattern', O_WRONLY) };
attempt 'write sysrq-trigger' => sub { openable('/proc/sysrq-trigger', O_WRONLY) };
attempt 'write vm settings' => sub { openable('/proc/sys/vm/overcommit_memory', O_WRONLY) };
attempt 'lower the first unprivileged port' => sub { did(open(my $handle, '>', '/proc/sys/net/ipv4/ip_unprivileged_port_start')) };
attempt 'read /proc/kcore' => sub { content('/proc/kcore', 16) };
attempt 'read addresses of the kernel' => sub { content('/proc/kallsyms', 64) =~ /^0{8,16} / ? stopped('zeroes') : 'addresses' };
attempt 'read the kernel log' => sub { my $buffer = "\0" x 100; call('syslog', 3, $buffer, 100) };

# Network
attempt 'open AF_VSOCK' => sub { did(socket(my $handle, 40, 1, 0)) };
attempt 'open AF_PACKET' => sub { did(socket(my $handle, 17, 3, 0)) };
attempt 'open AF_ALG' => sub { did(socket(my $handle, 38, 5, 0)) };
attempt 'open a raw ICMP socket' => sub { did(socket(my $handle, AF_INET, 3, 1)) };
attempt 'open a netlink socket of netfilter' => sub { did(socket(my $handle, 16, 3, 12)) };
attempt 'connect to the internet' => sub { connected(AF_INET, SOCK_STREAM, sockaddr_in(80, inet_aton('192.0.2.1'))) };
attempt 'connect to the metadata service' => sub { connected(AF_INET, SOCK_STREAM, sockaddr_in(80, inet_aton('169.254.169.254'))) };
attempt 'send a datagram to a resolver' => sub { did(socket(my $handle, AF_INET, SOCK_DGRAM, 0)); did(defined send($handle, 'x', 0, sockaddr_in(53, inet_aton('192.0.2.53')))) };
attempt 'resolve a name' => sub { my ($error) = Socket::getaddrinfo('a.example', 80); stopped('no answer') if $error; 'resolved' };
attempt 'connect to a port of the host' => sub { connected(AF_INET, SOCK_STREAM, sockaddr_in($ENV{HOST_PORT}, inet_aton('127.0.0.1'))) };
attempt 'connect to an abstract socket of the host' => sub { connected(AF_UNIX, SOCK_STREAM, pack('S', AF_UNIX) . "\0$ENV{ABSTRACT}") };
attempt 'connect to a socket file of the host' => sub { connected(AF_UNIX, SOCK_STREAM, Socket::pack_sockaddr_un("$outside/socket")) };
attempt 'connect to docker' => sub { connected(AF_UNIX, SOCK_STREAM, Socket::pack_sockaddr_un('/var/run/docker.sock')) };
attempt 'connect to the system bus' => sub { connected(AF_UNIX, SOCK_STREAM, Socket::pack_sockaddr_un('/run/dbus/system_bus_socket')) };
attempt 'add a network interface' => sub { program('ip', 'link', 'add', 'd0', 'type', 'dummy') };
attempt 'add an address' => sub { program('ip', 'addr', 'add', '10.1.2.3/32', 'dev', 'lo') };
attempt 'bind port 80' => sub { did(socket(my $handle, AF_INET, SOCK_STREAM, 0)); did(bind $handle, sockaddr_in(80, inet_aton('127.0.0.1'))) };

# Privileges
attempt 'become root by su' => sub { program('su', '-c', 'id') };
attempt 'become root by an own set-uid program' => sub {
  program('cp', '/usr/bin/id', "$here/id");
  chmod 06755, "$here/id";
  program("$here/id") =~ /euid=/ ? 'euid' : stopped('no change');
};
attempt 'set uid 0' => sub { call('setuid', 0) };
attempt 'set groups' => sub { my $groups = pack('L', 0); call('setgroups', 1, $groups) };
attempt 'map further uids' => sub { program('newuidmap', $$, 0, 1000, 1) };
attempt 'take real-time priority' => sub { my $parameters = pack('l', 1); call('sched_setscheduler', 0, 1, $parameters) };
attempt 'raise the limit of open files' => sub { my $limit = pack('QQ', 1 << 22, 1 << 22); call('setrlimit', 7, $limit) };
attempt 'hide from the out-of-memory killer' => sub { did(syswrite opened('/proc/self/oom_score_adj', O_WRONLY), '-1000') };
attempt 'set the clock' => sub { my $time = pack('qq', time, 0); call('clock_settime', 0, $time) };
attempt 'set the host name' => sub { my $name = 'x'; call('sethostname', $name, 1) };
attempt 'type into the terminal of the host' => sub { my $key = '#'; did(ioctl(opened('/dev/tty', O_RDWR), 0x5412, $key)) };

for (@attempts) {
  my ($name, $code) = @$_;
  my $detail = eval { $code->() };
  my $failure = $@;
  my $line = $failure ? "stopped\t$failure" : "ALLOWED\t" . ($detail // '');
  $line =~ s/[^\t\x20-\x7e]/ /g;
  print "$name\t", substr($line, 0, 120), "\n";
}
