/** Out of the container, by what the kernel offers to a process. */
import { attacks } from "../attack.ts";
import { inShell } from "../scripts.ts";
import { agent, root, unprotected } from "../shells.ts";

/** A system call by its number (x86-64): not every one has a function in libc. */
const call = (number: number, ...args: readonly (number | string)[]) =>
  `python3 -c 'import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
failed = libc.syscall(${[number, ...args].join(", ")}) < 0
print(os.strerror(ctypes.get_errno()))
raise SystemExit(failed)'`;

const denied = /Operation not permitted|Permission denied/;
const readOnly = /Read-only file system/;

attacks({
  who: "the agent",
  wants: "out, by mounts and namespaces",
  rows: inShell(agent, [
    {
      tries: "mount a file system",
      script: "mount -t tmpfs none /mnt",
      refused: /permission denied|must be superuser/,
      possible: unprotected,
    },
    {
      tries: "make its root writable",
      script: "mount -o remount,rw /",
      refused: /permission denied|must be superuser/,
    },
    {
      tries: "write over the program that starts containers",
      script: "echo x > /usr/sbin/docker-init",
      refused: readOnly,
    },
    {
      tries: "make a user namespace, with capabilities of its own",
      script: "unshare --user --map-root-user true",
      refused: denied,
      possible: unprotected,
    },
    {
      tries: "enter the namespaces of the first process",
      script: "nsenter --target 1 --mount --pid true",
      refused: denied,
      possible: unprotected,
    },
    {
      tries: "change the root",
      script: "chroot /tmp true",
      refused: denied,
      possible: root,
      otherwise: "chroot / true",
    },
    {
      tries: "open files by their number, past the container's root (open_by_handle_at)",
      script: call(
        304,
        -100,
        '"\\x08\\0\\0\\0\\1\\0\\0\\0\\2\\0\\0\\0\\0\\0\\0\\0"'.replaceAll("\\", "\\\\"),
        0,
      ),
      refused: denied,
    },
    {
      tries: "be called by the kernel when a control group is empty (release_agent)",
      script:
        "find /sys/fs/cgroup -name release_agent -exec sh -c 'echo /tmp/x > {}' ';' 2>&1 | grep . && false || test -n \"$(find /sys/fs/cgroup -name release_agent -writable)\"",
      refused: /^$|Read-only|Permission denied/,
    },
    {
      tries: "lift its own limits in its control group",
      script:
        "cd /sys/fs/cgroup && for file in memory.max memory/memory.limit_in_bytes; do [ ! -e $file ] || echo 4000000000 > $file; done",
      refused: readOnly,
    },
  ]),
});

attacks({
  who: "the agent",
  wants: "out, by devices and setuid",
  rows: inShell(agent, [
    {
      tries: "make a device",
      script: "mknod /workspace/disk b 254 0",
      refused: denied,
      possible: root,
      otherwise: "mknod /root/null c 1 3 && rm /root/null",
    },
    {
      tries: "find a device of the machine",
      script:
        "find /dev -type b -o -type c ! -name null ! -name zero ! -name full ! -name random ! -name urandom ! -name tty ! -path '/dev/pts/*' | grep .",
      refused: /^$/,
      possible: root,
    },
    {
      tries: "find a program that runs with its owner's rights",
      script: "find / -xdev -perm /6000 -type f 2> /dev/null | grep .",
      refused: /^$/,
      possible: root,
    },
    {
      tries: "make such a program in its workspace",
      script: "cp /bin/bash /workspace/sh && chmod u+s /workspace/sh",
      refused: denied,
      possible: root,
      otherwise:
        "cp /bin/bash /root/sh && chmod u+s /root/sh; test -u /root/sh; code=$?; rm /root/sh; exit $code",
    },
    {
      tries: "become another user",
      script: "setpriv --reuid 1000 true",
      refused: denied,
      possible: root,
    },
    {
      tries: "change a file's owner",
      script: "touch /tmp/f && chown 1000 /tmp/f",
      refused: denied,
      possible: root,
      otherwise: "touch /root/f && chown 1000 /root/f && rm /root/f",
    },
    {
      tries: "look into another process's memory",
      script: "sleep 5 & head -c 1 /proc/1/mem",
      refused: /Permission denied|Input\/output error/,
    },
  ]),
});

attacks({
  who: "the agent",
  wants: "the kernel",
  rows: inShell(agent, [
    { tries: "load a module", script: call(175, 0, 0, '""'), refused: denied },
    { tries: "load another kernel", script: call(246, 0, 0, 0, 0), refused: denied },
    { tries: "load a BPF program", script: call(321, 5, 0, 0), refused: denied },
    {
      tries: "watch the CPU's counters (perf_event_open)",
      script: call(298, 0, 0, -1, -1, 0),
      refused: denied,
    },
    { tries: "handle page faults of its own (userfaultfd)", script: call(323, 0), refused: denied },
    { tries: "queue system calls past the filter (io_uring)", script: call(425, 1, 0), refused: denied },
    {
      tries: "keep a key in the kernel",
      script: call(248, 'b"user"', 'b"a"', 'b"b"', 1, -2),
      refused: denied,
      possible: root,
    },
    { tries: "restart the machine", script: call(169, 0xfee1dead, 672274793, 0), refused: denied },
    {
      tries: "set the machine's name",
      script: "hostname other || echo other > /proc/sys/kernel/hostname",
      refused: readOnly,
      possible: root,
      otherwise: 'hostname "$(hostname)"',
    },
    { tries: "set the clock", script: "date --set 2030-01-01", refused: denied },
    {
      tries: "be the program that handles crashes",
      script: "echo '|/workspace/x' > /proc/sys/kernel/core_pattern",
      refused: readOnly,
    },
    {
      tries: "ask the kernel for a crash",
      script: "echo c > /proc/sysrq-trigger",
      refused: /Read-only file system|No such file/,
    },
    { tries: "read the kernel's log", script: "dmesg | grep .", refused: denied },
    { tries: "get a real-time share of the CPUs", script: "chrt --fifo 1 true", refused: denied },
    {
      tries: "take back priority",
      script: "nice -n -5 sh -c 'test $(nice) -lt 0'",
      refused: denied,
      possible: root,
    },
  ]),
});
