# Runs inside of a cell that was shown perl besides: system calls that Node cannot make by itself.
use strict;
use warnings;
use Errno;

my ($architecture) = (POSIX_uname())[0];
sub POSIX_uname { require POSIX; return (POSIX::uname())[4]; }
my %x64 = (ptrace => 101, mount => 165, umount2 => 166, unshare => 272, setns => 308, chroot => 161, pivot_root => 155,
  keyctl => 250, bpf => 321, process_vm_readv => 310, socket => 41, setresuid => 117, capset => 126, userfaultfd => 323,
  perf_event_open => 298, open_by_handle_at => 304, init_module => 175, mknodat => 259, fsopen => 430, io_uring_setup => 425);
my %arm64 = (ptrace => 117, mount => 40, umount2 => 39, unshare => 97, setns => 268, chroot => 51, pivot_root => 41,
  keyctl => 219, bpf => 280, process_vm_readv => 270, socket => 198, setresuid => 147, capset => 91, userfaultfd => 282,
  perf_event_open => 241, open_by_handle_at => 265, init_module => 105, mknodat => 33, fsopen => 430, io_uring_setup => 425);
my %number = $architecture eq 'aarch64' ? %arm64 : %x64;

sub attempt {
  my ($what, $call, @arguments) = @_;
  $! = 0;
  my $result = syscall($number{$call}, @arguments);
  my ($name) = grep { $!{$_} } keys %!;
  print "$what\t", ($result == -1 ? $name : 'ALLOWED'), "\n";
}

my ($root, $none, $tmpfs, $data) = ("/\0", "none\0", "tmpfs\0", "\0" x 64);
my $here = "/proc\0";
attempt('trace the first process', 'ptrace', 16, 1, 0, 0);
attempt('read the memory of the first process', 'process_vm_readv', 1, $data, 1, $data, 1, 0);
attempt('mount', 'mount', $none, $here, $tmpfs, 0, 0);
attempt('make a file system', 'fsopen', $tmpfs, 0);
attempt('unmount', 'umount2', $here, 2);
attempt('change the root', 'chroot', $here);
attempt('pivot the root', 'pivot_root', $here, $here);
attempt('make a user namespace', 'unshare', 0x10000000);
attempt('make a network namespace', 'unshare', 0x40000000);
open(my $namespace, '<', '/proc/1/ns/mnt');
attempt('enter the namespace of the first process', 'setns', $namespace ? fileno $namespace : 0, 0);
attempt('read keys of the kernel', 'keyctl', 0, -3, 0);
attempt('load a program into the kernel', 'bpf', 5, $data, 64);
attempt('load a module', 'init_module', $data, 64, $root);
attempt('watch the machine', 'perf_event_open', $data, -1, 0, -1, 0);
attempt('catch page faults', 'userfaultfd', 0);
attempt('open a file by its number', 'open_by_handle_at', -100, $data, 0);
attempt('set up io_uring', 'io_uring_setup', 8, $data);
attempt('become root', 'setresuid', 0, 0, 0);
attempt('take all capabilities', 'capset', pack('L2', 0x20080522, 0), pack('L6', (0xffffffff) x 6));
attempt('make a block device', 'mknodat', -100, "/disk\0", 0060600, 0xfe00);
attempt('call the hypervisor', 'socket', 40, 1, 0);
attempt('listen to the wire', 'socket', 17, 3, 0);
attempt('speak raw ICMP', 'socket', 2, 3, 1);
