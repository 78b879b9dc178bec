/*
 * One event of the Linux audit system is several records, a line each:
 * SYSCALL says who and by which program, CWD in which folder, and EXECVE, PATH
 * and SOCKADDR what was run, which file and which peer. Each line stays an
 * event of its own. The last three are also given what SYSCALL and CWD said, so
 * that a rule can ask for user, program and command line (or file) at once.
 *
 * Only ECS fields are given, and the call's name and key as auditd.call and
 * auditd.call_key: a rule for a record's own keys (auditd.key) matches once.
 *
 * Behind the normaliser, one for each. Remembers 32 calls of 2 KiB, for ten
 * seconds; what it does depends on the lines before, and on nothing else. A
 * SYSCALL that a crash cut off from its records is not joined.
 */
#ifndef VIGIE_NORMALISE_AUDIT_JOIN_H
#define VIGIE_NORMALISE_AUDIT_JOIN_H

#include "engine/normalise/pack.h"

struct audit_join;

struct audit_join *audit_join_new(const struct packs *packs,
    const struct field_table *fields);
void audit_join_free(struct audit_join *j);

/* Behind normalise(), line after line. True: the event got more values. */
bool audit_join_run(struct audit_join *j, struct event *ev);

#endif
