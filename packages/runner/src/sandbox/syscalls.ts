/** System call numbers of the calls the filter names. A call that an architecture never had is left out. */
export type Architecture = 'x64' | 'arm64';

/** Refused with EPERM: tracing, mounting, namespaces, keys, kernel code, clocks, devices, host identity. */
export const REFUSED: Readonly<Record<Architecture, Readonly<Record<string, number>>>> = {
  x64: {
    ptrace: 101, process_vm_readv: 310, process_vm_writev: 311, kcmp: 312, pidfd_getfd: 438, process_madvise: 440,
    mount: 165, umount2: 166, pivot_root: 155, chroot: 161, open_tree: 428, move_mount: 429, fsopen: 430,
    fsconfig: 431, fsmount: 432, fspick: 433, mount_setattr: 442, statmount: 457, listmount: 458, unshare: 272,
    setns: 308, keyctl: 250, add_key: 248, request_key: 249, bpf: 321, perf_event_open: 298, userfaultfd: 323,
    kexec_load: 246, kexec_file_load: 320, create_module: 174, init_module: 175, finit_module: 313,
    delete_module: 176, reboot: 169, swapon: 167, swapoff: 168, acct: 163, quotactl: 179, quotactl_fd: 443,
    syslog: 103, settimeofday: 164, clock_settime: 227, clock_adjtime: 305, adjtimex: 159, iopl: 172, ioperm: 173,
    modify_ldt: 154, lookup_dcookie: 212, nfsservctl: 180, vhangup: 153, open_by_handle_at: 304,
    fanotify_init: 300, move_pages: 279, migrate_pages: 256, _sysctl: 156, uselib: 134, ustat: 136, sysfs: 139,
    sethostname: 170, setdomainname: 171,
  },
  arm64: {
    ptrace: 117, process_vm_readv: 270, process_vm_writev: 271, kcmp: 272, pidfd_getfd: 438, process_madvise: 440,
    mount: 40, umount2: 39, pivot_root: 41, chroot: 51, open_tree: 428, move_mount: 429, fsopen: 430,
    fsconfig: 431, fsmount: 432, fspick: 433, mount_setattr: 442, statmount: 457, listmount: 458, unshare: 97,
    setns: 268, keyctl: 219, add_key: 217, request_key: 218, bpf: 280, perf_event_open: 241, userfaultfd: 282,
    kexec_load: 104, kexec_file_load: 294, init_module: 105, finit_module: 273, delete_module: 106, reboot: 142,
    swapon: 224, swapoff: 225, acct: 89, quotactl: 60, quotactl_fd: 443, syslog: 116, settimeofday: 170,
    clock_settime: 112, clock_adjtime: 266, adjtimex: 171, lookup_dcookie: 18, nfsservctl: 42, vhangup: 58,
    open_by_handle_at: 265, fanotify_init: 262, move_pages: 239, migrate_pages: 238, sethostname: 161,
    setdomainname: 162,
  },
};

/** Answered ENOSYS, so that C libraries and runtimes fall back to what the filter can inspect. */
export const ABSENT: Readonly<Record<string, number>> = {
  io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427, clone3: 435,
};

/** Judged by their arguments. */
export const INSPECTED: Readonly<Record<Architecture, Readonly<Record<'clone' | 'socket' | 'ioctl', number>>>> = {
  x64: { clone: 56, socket: 41, ioctl: 16 },
  arm64: { clone: 220, socket: 198, ioctl: 29 },
};

/** Newest call these tables were written for (mseal). Later ones answer ENOSYS until somebody has judged them. */
export const LAST_JUDGED = 462;
