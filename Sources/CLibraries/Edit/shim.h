// SPDX-License-Identifier: Apache-2.0

// el_set, el_get and history are variadic, which Swift can't call: one function here for each use.

#ifndef KAFKA_EDIT_SHIM_H
#define KAFKA_EDIT_SHIM_H

#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef unsigned char (*kafka_el_function)(EditLine *, int);
typedef char *(*kafka_el_prompt)(EditLine *);

/// Characters are those of the environment's locale; UTF-8 where that has none.
static inline void kafka_el_locale(void) {
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

/// An editor of lines on standard input and output.
static inline EditLine *kafka_el_init(const char *program) {
    EditLine *el = el_init(program, stdin, stdout, stderr);
    if (el == NULL) return NULL;
    el_set(el, EL_EDITOR, "emacs");
    el_set(el, EL_SIGNAL, 1);
    return el;
}

static inline void kafka_el_set_owner(EditLine *el, void *owner) { el_set(el, EL_CLIENTDATA, owner); }

static inline void *kafka_el_owner(EditLine *el) {
    void *owner = NULL;
    el_get(el, EL_CLIENTDATA, &owner);
    return owner;
}

static inline void kafka_el_set_prompt(EditLine *el, kafka_el_prompt prompt) { el_set(el, EL_PROMPT, prompt); }

/// Makes `function` known as `name` and binds it to `key`.
static inline void kafka_el_add(
    EditLine *el, const char *name, const char *help, const char *key, kafka_el_function function) {
    el_set(el, EL_ADDFN, name, help, function);
    el_set(el, EL_BIND, key, name, NULL);
}

static inline void kafka_el_bind(EditLine *el, const char *key, const char *command) {
    el_set(el, EL_BIND, key, command, NULL);
}

/// While a line is edited, Ctrl-C and Ctrl-Z are keys like others.
static inline void kafka_el_keys_not_signals(EditLine *el) { el_set(el, EL_SETTY, "-d", "-isig", NULL); }

/// Takes the terminal before the prompt is shown: what is typed at once would else be echoed twice.
static inline void kafka_el_take_terminal(EditLine *el) { el_set(el, EL_PREP_TERM, 1); }

/// Prints between two lines that are edited.
static inline void kafka_el_print(EditLine *el, const char *text) {
    FILE *out = NULL;
    if (el_get(el, EL_GETFP, 1, &out) != 0 || out == NULL) return;
    fputs(text, out);
    fflush(out);
}

static inline void kafka_el_set_history(EditLine *el, History *entries) { el_set(el, EL_HIST, history, entries); }

static inline void kafka_history_limit(History *entries, int count) {
    HistEvent event;
    history(entries, &event, H_SETSIZE, count);
    history(entries, &event, H_SETUNIQUE, 1);
}

static inline void kafka_history_add(History *entries, const char *line) {
    HistEvent event;
    history(entries, &event, H_ENTER, line);
}

#endif
