// Files that must not outlive the process, and the signals that end it.
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/// Paths that a signal handler removes. Whoever takes a pointer out of the table owns it.
static _Atomic(char *) paths[256];

/// How many threads are between making a file and putting its path into the table, and whether the process
/// ends: a signal may reach any other thread meanwhile.
static atomic_int opening, ending;

static int remember(const char *path) {
  // The working folder may change; the table outlives that.
  char *copy = realpath(path, NULL);
  if (copy == NULL) return -1;
  for (int slot = 0; slot < 256; slot++) {
    char *empty = NULL;
    if (atomic_compare_exchange_strong(&paths[slot], &empty, copy)) return slot;
  }
  free(copy);
  return -1;
}

void csystem_temporary_forget(int slot) {
  if (slot >= 0) free(atomic_exchange(&paths[slot], NULL));
}

/// Whether a path still leads to an open file.
static int leads_to(const char *path, int file) {
  struct stat named, opened;
  return lstat(path, &named) == 0 && fstat(file, &opened) == 0 && named.st_dev == opened.st_dev &&
         named.st_ino == opened.st_ino;
}

int csystem_temporary_open(const char *path, int *slot) {
  *slot = -1;
  sigset_t all, former;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &former);
  atomic_fetch_add(&opening, 1);
  errno = EINTR;
  int file = -1;
  if (!atomic_load(&ending)) {
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  }
  int error = errno;
  if (file >= 0) *slot = remember(path);
  atomic_fetch_sub(&opening, 1);
  pthread_sigmask(SIG_SETMASK, &former, NULL);
  errno = error;
  if (file < 0) return -1;
  // Somebody who cleans up may have been faster than the lock. Where there are no locks, nobody cleans up.
  if ((flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) || !leads_to(path, file)) {
    csystem_temporary_forget(*slot);
    close(file);
    errno = EEXIST;
    return -1;
  }
  return file;
}

int csystem_temporary_clean(const char *path) {
  struct stat status;
  if (lstat(path, &status) != 0) return errno == ENOENT;
  if (!S_ISREG(status.st_mode) || status.st_uid != geteuid() || status.st_nlink != 1) return 0;
  int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return errno == ENOENT;
  int is_gone =
      flock(file, LOCK_EX | LOCK_NB) == 0 && leads_to(path, file) && unlink(path) == 0;
  close(file);
  return is_gone;
}

static void remove_all(void) {
  for (int slot = 0; slot < 256; slot++) {
    char *path = atomic_exchange(&paths[slot], NULL);
    if (path != NULL) unlink(path);
  }
}

/// Ends the process by the signal that arrived, so that whoever started it sees which.
static void end(int number) {
  atomic_store(&ending, 1);
  const struct timespec moment = {0, 1000000};
  for (int round = 0; round < 1000 && atomic_load(&opening) > 0; round++) nanosleep(&moment, NULL);
  remove_all();
  signal(number, SIG_DFL);
  raise(number);
}

/// What Swift and C++ do when there is no memory is to end the process by a signal. Under a limit that the
/// user has set, that is the likely reason, and a sentence helps more than the signal.
static void end_without_memory(int number) {
  (void)number;
  static const char text[] =
      "nni: ended before its time, most likely for want of memory: the system limits it (ulimit -v, "
      "ulimit -d); raise the limit, or take fewer or smaller inputs\n";
  remove_all();
  (void)!write(2, text, sizeof text - 1);
  _exit(1);
}

void csystem_handle_signals(void) {
  if (csystem_process_limit() != INT64_MAX) {
    signal(SIGABRT, end_without_memory);
    signal(SIGTRAP, end_without_memory);
    signal(SIGILL, end_without_memory);
  }
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  // Whoever starts programs from a thread that blocks signals hands that down (libdispatch's threads do).
  sigset_t unblocked;
  sigemptyset(&unblocked);
  const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGXCPU, SIGUSR1, SIGUSR2};
  for (size_t index = 0; index < sizeof ends / sizeof *ends; index++) {
    struct sigaction action, former;
    // What was ignored stays so: nohup, and jobs in the background.
    if (sigaction(ends[index], NULL, &former) != 0 || former.sa_handler == SIG_IGN) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = end;
    sigfillset(&action.sa_mask);
    action.sa_flags = SA_NODEFER;
    sigaction(ends[index], &action, NULL);
    sigaddset(&unblocked, ends[index]);
  }
  pthread_sigmask(SIG_UNBLOCK, &unblocked, NULL);
}

void csystem_open_streams(void) {
  for (int stream = 0; stream <= 2; stream++) {
    if (fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is the one that is wanted. What is read-only cannot be written to.
    (void)!open("/dev/null", stream == 1 ? O_RDONLY : O_RDWR);
  }
}

int csystem_flush_output(void) {
  errno = 0;
  int failed = fflush(stdout) != 0;
  int error = errno;
  if (!failed && !ferror(stdout)) return 0;
  // The number of an earlier failure is lost.
  return failed && error != 0 ? error : EIO;
}
