"""A filter of system calls that no image registration needs: mounts, new namespaces, tracing, kernel keys.

bubblewrap takes it as a program of the kernel's classic packet filter (8 bytes an instruction: code, jump if true,
jump if false, constant). Forbidden calls fail with "operation not permitted"; ``clone3`` with "not implemented", so
that the C library falls back to ``clone``, whose flags can be seen.
"""

from __future__ import annotations

import platform
import struct

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16
NEW_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET."""
X32 = 0x40000000

SAME_EVERYWHERE = (425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 447)
"""io_uring_*, open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr, memfd_secret."""

MACHINES = {
    # mount umount2 pivot_root chroot unshare setns ptrace process_vm_readv process_vm_writev keyctl add_key request_key
    # bpf perf_event_open userfaultfd open_by_handle_at name_to_handle_at kexec_load init_module finit_module
    # delete_module; shmget msgget memfd_create: memory that belongs to no process, so that nobody counts it
    "x86_64": (
        0xC000003E,
        56,
        (165, 166, 155, 161, 272, 308, 101, 310, 311, 250, 248, 249, 321, 298, 323, 304, 303, 246, 175, 313, 176)
        + (29, 68, 319),
    ),
    "aarch64": (
        0xC00000B7,
        220,
        (40, 39, 41, 51, 97, 268, 117, 270, 271, 219, 217, 218, 280, 241, 282, 265, 264, 104, 105, 273, 106)
        + (194, 186, 279),
    ),
}
CLONE3 = 435


def program(machine: str = "") -> bytes:
    """Return the filter for this machine, or nothing where its system calls are not known here."""
    known = MACHINES.get(machine or platform.machine())
    if known is None:
        return b""
    architecture, clone, calls = known
    out = [
        (LOAD, 0, 0, MACHINE),
        (JUMP_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (JUMP_AT_LEAST, 0, 1, X32),
        (RETURN, 0, 0, EPERM),
    ]
    for call in (*calls, *SAME_EVERYWHERE):
        out += [(JUMP_EQUAL, 0, 1, call), (RETURN, 0, 0, EPERM)]
    out += [(JUMP_EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, ENOSYS)]
    out += [
        (JUMP_EQUAL, 0, 3, clone),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_BIT, 0, 1, NEW_NAMESPACES),
        (RETURN, 0, 0, EPERM),
    ]
    out += [(RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("<HBBI", *i) for i in out)
