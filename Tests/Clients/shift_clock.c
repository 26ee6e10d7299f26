// SPDX-License-Identifier: Apache-2.0
// Preloaded into a program, it lives SHIFT_SECONDS later: its clock of the day is ahead, and what it waits for by that
// clock is translated back. Clocks that only measure time that passes are left alone.
//   cc -shared -fPIC -O2 -o shift_clock.so shift_clock.c && SHIFT_SECONDS=94608000 LD_PRELOAD=./shift_clock.so date
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static long shift;

__attribute__((constructor)) static void read_shift(void) {
    const char *text = getenv("SHIFT_SECONDS");
    if (text) shift = atol(text);
}

static int is_of_day(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

int clock_gettime(clockid_t clock, struct timespec *now) {
    long status = syscall(SYS_clock_gettime, clock, now);
    if (status == 0 && is_of_day(clock)) now->tv_sec += shift;
    return (int)status;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec found;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &found);
    now->tv_sec = found.tv_sec;
    now->tv_usec = found.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *copy) {
    struct timespec found;
    clock_gettime(CLOCK_REALTIME, &found);
    if (copy) *copy = found.tv_sec;
    return found.tv_sec;
}

int timespec_get(struct timespec *now, int base) {
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}

// An absolute time that counts from the machine's start is far below any time of the day.
static struct timespec translated(const struct timespec *until) {
    struct timespec real = *until;
    if (real.tv_sec > 1000000000) real.tv_sec -= shift;
    return real;
}

static void *next(const char *name, const char *version) { return dlvsym(RTLD_NEXT, name, version); }

int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    if (!real) real = next("pthread_cond_timedwait", "GLIBC_2.3.2");
    struct timespec then = translated(until);
    return real(condition, mutex, &then);
}

int pthread_cond_clockwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, clockid_t clock,
    const struct timespec *restrict until) {
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, clockid_t, const struct timespec *);
    if (!real) real = next("pthread_cond_clockwait", "GLIBC_2.34");
    struct timespec then = is_of_day(clock) ? translated(until) : *until;
    return real(condition, mutex, clock, &then);
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until) {
    static int (*real)(cnd_t *, mtx_t *, const struct timespec *);
    if (!real) real = next("cnd_timedwait", "GLIBC_2.34");
    struct timespec then = translated(until);
    return real(condition, mutex, &then);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
    static int (*real)(sem_t *, const struct timespec *);
    if (!real) real = next("sem_timedwait", "GLIBC_2.34");
    struct timespec then = translated(until);
    return real(semaphore, &then);
}

int sem_clockwait(sem_t *restrict semaphore, clockid_t clock, const struct timespec *restrict until) {
    static int (*real)(sem_t *, clockid_t, const struct timespec *);
    if (!real) real = next("sem_clockwait", "GLIBC_2.34");
    struct timespec then = is_of_day(clock) ? translated(until) : *until;
    return real(semaphore, clock, &then);
}
