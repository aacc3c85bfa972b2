// What the operating system allows and takes away: memory, processors, files that must not outlive the
// process, streams that are closed; and what a processor does best by its own instructions.
#ifndef CSYSTEM_H
#define CSYSTEM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The memory that the process may still take, in bytes: of the machine, of its control groups and of its
/// own limits (`ulimit -v`, `ulimit -d`) the least.
int64_t csystem_available_memory(void);
/// The limit on the process's address space or data (`ulimit -v`, `ulimit -d`); INT64_MAX without one.
int64_t csystem_process_limit(void);
/// What control groups leave of memory, and the least of their limits; INT64_MAX without a limit.
/// `membership` is a file like /proc/self/cgroup, `root` the folder in which control groups are mounted.
int64_t csystem_group_memory(const char *membership, const char *root, int64_t *limit);
/// Whether so many bytes can be taken at once.
int csystem_can_allocate(size_t bytes);

/// How many processors the process may use: those that it is bound to, and no more than the quota of its
/// control groups.
int csystem_processors(void);
/// The quota of the control groups in processors, rounded up; 0 without one.
int csystem_group_processors(const char *membership, const char *root);

/// Makes and locks a new file that is removed when a signal ends the process.
///
/// Returns its descriptor, or −1 with `errno`; `slot` is for `csystem_temporary_forget`.
int csystem_temporary_open(const char *path, int *slot);
/// The file has its name, or was removed: signals leave it alone from now on.
void csystem_temporary_forget(int slot);
/// Removes a file that `csystem_temporary_open` made if no living process holds it and it is the user's own.
///
/// Returns 1 if it is gone.
int csystem_temporary_clean(const char *path);

/// Removes temporary files when a signal ends the process, and lets a write to a closed pipe or beyond a
/// limit fail, instead of ending the process.
void csystem_handle_signals(void);
/// Opens what the standard streams lack, so that no other file takes their numbers; writing to an output
/// that was closed fails.
void csystem_open_streams(void);
/// Writes out what was printed; 0, or an error number if any of it was lost.
int csystem_flush_output(void);

/// Takes blocks of 64 bytes into the state of SHA-256.
void csystem_sha256(uint32_t state[8], const uint8_t *bytes, size_t blocks);
/// The same without special instructions of the processor.
void csystem_sha256_plainly(uint32_t state[8], const uint8_t *bytes, size_t blocks);

#ifdef __cplusplus
}
#endif

#endif
