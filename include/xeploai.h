/*
 * xeploai: rating rules of the public sector, the C interface. Generated from ffi/src by `make header`; do not edit.
 *
 * LINKING   cc program.c $(pkg-config --cflags --libs xeploai)
 *
 * AN EXAMPLE
 *
 *     #include <stdio.h>
 *     #include <xeploai.h>
 *
 *     int main(void) {
 *         xeploai_rulebook *rulebook = NULL;
 *         xeploai_error *error = NULL;
 *         xeploai_bytes result = {NULL, 0};
 *         int32_t status = xeploai_rulebook_builtin(XEPLOAI_TEXT("366-qd-tw"), NULL, 0, &rulebook, &error);
 *         if (status == XEPLOAI_OK) {
 *             status = xeploai_rulebook_rate_json(rulebook, XEPLOAI_TEXT("member"),
 *                 XEPLOAI_TEXT("{\"exempt_from_activities\": true}"), NULL, 0, &result, &error);
 *         }
 *         if (status == XEPLOAI_OK) {
 *             printf("%.*s\n", (int)result.len, (const char *)result.data);
 *         } else {
 *             fprintf(stderr, "%s\n", xeploai_error_text(error, XEPLOAI_ERROR_MESSAGE, XEPLOAI_ENGLISH, NULL));
 *         }
 *         xeploai_bytes_free(&result);
 *         xeploai_error_free(error);
 *         xeploai_rulebook_free(rulebook);
 *         return status;
 *     }
 *
 * OWNERSHIP   A handle (library, rulebook, case, cohort, rated cohort, error) belongs to who asked for it and is freed once
 * by the `_free` of its type; freeing NULL does nothing. Whatever was made of a handle lives on when that is freed, so
 * handles may be freed in any order. Bytes are freed by `xeploai_bytes_free`, which sets them to none: freeing them
 * twice does nothing. Streams of Arrow that come out are released by their own `release`; those that go in are moved
 * out, whether the function succeeds or fails, once their pointer is not NULL.
 *
 * TEXTS   Texts go in as pointer and length in bytes, without a zero byte; they are UTF-8 of at most 1 GiB. With the
 * length 0 the pointer is not looked at. What is given in decomposed form (NFD) is understood; columns that are passed
 * through come back as they came, ids of a cohort composed (NFC). `XEPLOAI_TEXT("literal")` makes both arguments of a literal. Texts come out as
 * `xeploai_bytes`, which do not end with a zero byte, or, where it is said, as texts that do. What is handed in to be
 * filled is overwritten without being looked at: bytes, handles and errors of an earlier call are yours to free before that.
 *
 * ERRORS   A function returns `XEPLOAI_OK` or another status. Where the last argument is not NULL, a failure puts an error
 * object there that is the caller's to free; a success puts NULL. What a function gives is only there on success; on
 * failure it is NULL or none, so that it can be freed either way. What is wrong with the facts of a case or with a row
 * of a table is no error: the outcome is `invalid` and the result says why.
 *
 * THREADS   Libraries, rulebooks and rated cohorts never change: any number of threads may use one. A case or a cohort is
 * used by one thread at a time; a second one gets `XEPLOAI_BUSY`, never wrong answers. Freeing is for when nobody uses the
 * handle. The library keeps nothing between calls but handles and the schemas once they were asked for, and starts threads only inside of calls that rate
 * tables and cohorts; they have ended when the call returns. A process may fork between calls.
 *
 * DEFECTS   A panic inside comes back as `XEPLOAI_INTERNAL`; a few lines about it go to the standard error stream. Memory
 * that the system refuses ends the process, as everywhere.
 */

#ifndef XEPLOAI_H
#define XEPLOAI_H

#include <stddef.h>
#include <stdint.h>

/** The version of the library that this header belongs to. */
#define XEPLOAI_VERSION "0.1.0"
#define XEPLOAI_VERSION_MAJOR 0
#define XEPLOAI_VERSION_MINOR 1
#define XEPLOAI_VERSION_PATCH 0
/** As one number: major, minor and patch, three digits each. */
#define XEPLOAI_VERSION_NUMBER 1000
#if defined(_WIN32) && !defined(__MINGW32__) && !defined(XEPLOAI_STATIC)
#define XEPLOAI_API __declspec(dllimport)
#else
#define XEPLOAI_API
#endif

/** Pointer and length of a literal, as two arguments; it is refused where it is no literal. */
#define XEPLOAI_TEXT(literal) ((const uint8_t *)("" literal "")), (sizeof("" literal "") - 1)

/* The C data and stream interfaces of Arrow, with the guards that they have everywhere. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */


/**
 * The outcome: one level.
 */
#define XEPLOAI_OUTCOME_RATED 0

/**
 * The outcome: discretion or a gap of the text keeps it open.
 */
#define XEPLOAI_OUTCOME_AUTHORITY_DECIDES 1

/**
 * The outcome: missing facts keep it open.
 */
#define XEPLOAI_OUTCOME_UNDETERMINED 2

/**
 * The outcome: reviewed, but not rated.
 */
#define XEPLOAI_OUTCOME_NOT_RATED 3

/**
 * The outcome: neither reviewed nor rated.
 */
#define XEPLOAI_OUTCOME_NOT_REVIEWED 4

/**
 * The outcome: the facts are not in order.
 */
#define XEPLOAI_OUTCOME_INVALID 5

/**
 * A value that says that the fact is not known.
 */
#define XEPLOAI_VALUE_MISSING 0

/**
 * A value that is true (`number` is not 0) or false.
 */
#define XEPLOAI_VALUE_BOOLEAN 1

/**
 * A value that is a whole number, `number`.
 */
#define XEPLOAI_VALUE_INTEGER 2

/**
 * A value that is a decimal, `number` divided by 10 to the power of `scale` (0 to 18): 61.99 is 6199 with the scale 2.
 */
#define XEPLOAI_VALUE_DECIMAL 3

/**
 * A value that is a day, `number` days after 1970-01-01.
 */
#define XEPLOAI_VALUE_DATE 4

/**
 * A value that is text: a code, or anything as JSON would have it in quotation marks.
 */
#define XEPLOAI_VALUE_TEXT 5

/**
 * A text of a case: the whole result as JSON, the same bytes as every other face gives.
 */
#define XEPLOAI_RESULT_JSON 0

/**
 * A text of a case: the result in words, as it can be handed to the person rated.
 */
#define XEPLOAI_RESULT_EXPLANATION 1

/**
 * A table of a cohort: subjects of a kind.
 */
#define XEPLOAI_TABLE_SUBJECTS 0

/**
 * A table of a cohort: relations, with the columns `subject`, `relation` and `object`.
 */
#define XEPLOAI_TABLE_RELATIONS 1

/**
 * A table of a cohort: decisions of the authority.
 */
#define XEPLOAI_TABLE_DECISIONS 2

/**
 * Of a rated cohort: everything that came out, as JSON: `stages`, `quotas`, `problems`, `findings`, `subjects`.
 */
#define XEPLOAI_COHORT_JSON 2

/**
 * Which text of an error: its message.
 */
#define XEPLOAI_ERROR_MESSAGE 0

/**
 * Where the error is: an argument, a column, a JSON pointer; empty where it concerns the whole.
 */
#define XEPLOAI_ERROR_PLACE 1

/**
 * Everything as JSON: `status`, `name`, `place`, `message` (`vi`, `en`), and `faults`, each with `place`, `code` (stable)
 * and `message`.
 */
#define XEPLOAI_ERROR_JSON 2

/**
 * Of a rulebook: its canonical JSON, over which the digest is taken.
 */
#define XEPLOAI_RULEBOOK_DOCUMENT 0

/**
 * Of a rulebook: what a program has to know before it rates, as JSON: `id`, `version`, `digest`, `levels`, `policies`, of
 * each of the `subjects` its `facts` in the order of their places, and how its `reasons` are read.
 */
#define XEPLOAI_RULEBOOK_SUMMARY 1

/**
 * Of a rulebook: a page for jurists in Markdown, in a language.
 */
#define XEPLOAI_RULEBOOK_PAGE 2

/**
 * Of a rulebook: the digest of its canonical form, `sha256:` and hexadecimal digits.
 */
#define XEPLOAI_RULEBOOK_DIGEST 3

/**
 * The JSON Schema of a rulebook.
 */
#define XEPLOAI_SCHEMA_RULEBOOK 0

/**
 * The JSON Schema of an overlay.
 */
#define XEPLOAI_SCHEMA_OVERLAY 1

/**
 * It went well.
 */
#define XEPLOAI_OK 0

/**
 * A pointer that must not be NULL is.
 */
#define XEPLOAI_NULL 1

/**
 * A text is not UTF-8.
 */
#define XEPLOAI_UTF8 2

/**
 * An argument is none of those that there are.
 */
#define XEPLOAI_INVALID_ARGUMENT 3

/**
 * A buffer of the caller's is too small; nothing was written into it.
 */
#define XEPLOAI_BUFFER_TOO_SMALL 4

/**
 * A callback asked to stop.
 */
#define XEPLOAI_CANCELLED 5

/**
 * Something is longer than the library takes.
 */
#define XEPLOAI_LIMIT 6

/**
 * A stream of Arrow failed, was read before, or is not what its schema says.
 */
#define XEPLOAI_STREAM 7

/**
 * A struct of the caller's is of another version of the interface.
 */
#define XEPLOAI_ABI_MISMATCH 8

/**
 * A rulebook or an overlay cannot be loaded; the error object names every fault.
 */
#define XEPLOAI_LOAD 9

/**
 * The rulebook has no such kind of subject.
 */
#define XEPLOAI_UNKNOWN_SUBJECT 10

/**
 * A policy or an option that the rulebook does not have.
 */
#define XEPLOAI_POLICY 11

/**
 * No rulebook is in force, or more than one.
 */
#define XEPLOAI_NOT_IN_FORCE 12

/**
 * The columns of a table are not in order; the error object names every fault.
 */
#define XEPLOAI_TABLE 13

/**
 * A request in JSON is not in order.
 */
#define XEPLOAI_REQUEST 14

/**
 * Nobody has the id, or nothing has the name.
 */
#define XEPLOAI_NOT_FOUND 15

/**
 * Another thread is using a handle that one thread at a time may use.
 */
#define XEPLOAI_BUSY 16

/**
 * A defect of the library. Rulebooks and libraries stay usable; a case or cohort that was being changed says
 * `XEPLOAI_INTERNAL` until it is freed.
 */
#define XEPLOAI_INTERNAL 99

/**
 * Tiếng Việt.
 */
#define XEPLOAI_VIETNAMESE 0

/**
 * English.
 */
#define XEPLOAI_ENGLISH 1

/**
 * The version of the binary interface. A program refuses a library of another one.
 */
#define XEPLOAI_ABI_VERSION 1

/**
 * What is known of one subject, and how it was rated last. One thread at a time may use it: a second one is refused with
 * `XEPLOAI_BUSY`.
 */
typedef struct xeploai_case xeploai_case;

/**
 * A cohort before it is rated. One thread at a time may use it: a second one is refused with `XEPLOAI_BUSY`.
 */
typedef struct xeploai_cohort xeploai_cohort;

/**
 * An error as C holds it: its texts are ready, each ended by a zero byte.
 */
typedef struct xeploai_error xeploai_error;

/**
 * Rulebooks among which the one in force is looked for. It never changes; any number of threads may use it.
 */
typedef struct xeploai_library xeploai_library;

/**
 * A cohort as it was rated. It never changes; any number of threads may use it.
 */
typedef struct xeploai_rated_cohort xeploai_rated_cohort;

/**
 * One regulation with its guidance, ready to rate. It never changes; any number of threads may use it.
 */
typedef struct xeploai_rulebook xeploai_rulebook;

/**
 * A value of a fact. Set all of it to zero before it is filled in.
 */
typedef struct xeploai_value {
  /**
   * The place of the fact, as `xeploai_case_fact` gives it.
   */
  uint32_t fact;
  /**
   * One of `XEPLOAI_VALUE_…`.
   */
  int32_t kind;
  /**
   * The number, day or truth.
   */
  int64_t number;
  /**
   * The scale of a decimal.
   */
  uint32_t scale;
  /**
   * Zero.
   */
  uint32_t reserved;
  /**
   * The text, UTF-8; it is read during the call only.
   */
  const uint8_t *text;
  /**
   * Its length in bytes.
   */
  size_t text_len;
} xeploai_value;

/**
 * How a case came out. Levels are places in the rulebook's list of levels, the lowest 0; -1 where there is none.
 */
typedef struct xeploai_outcome {
  /**
   * One of `XEPLOAI_OUTCOME_RATED` … `XEPLOAI_OUTCOME_INVALID`.
   */
  int32_t outcome;
  /**
   * The level; only of a case that is rated.
   */
  int32_t level;
  /**
   * The lowest level that is possible.
   */
  int32_t at_least;
  /**
   * The highest level that is possible.
   */
  int32_t at_most;
  /**
   * How many words of 64 bits the reason code has.
   */
  uint32_t reason_words;
  /**
   * Zero.
   */
  uint32_t reserved;
} xeploai_outcome;

/**
 * Bytes that the library owns: UTF-8 text of `len` bytes, without a zero byte at its end. Free it with
 * `xeploai_bytes_free`; before it is first handed to a function it may hold anything.
 */
typedef struct xeploai_bytes {
  /**
   * The bytes; NULL where there are none.
   */
  uint8_t *data;
  /**
   * How many they are.
   */
  size_t len;
} xeploai_bytes;

/**
 * Callbacks of the caller. Set `struct_size` to `sizeof(xeploai_callbacks)` and what is not wanted to NULL; a shorter
 * struct of an older header is taken. No callback may let an exception or a `longjmp` out, nor read or release the stream whose
 * rows it is told of; it may use other handles.
 */
typedef struct xeploai_callbacks {
  /**
   * The size of the struct that the caller knows.
   */
  uint32_t struct_size;
  /**
   * Zero.
   */
  uint32_t reserved;
  /**
   * Is called with how many rows are done, after every few hundred thousand and at the end, by the thread that reads the results;
   * returns 0 to go on, anything else to stop: with `XEPLOAI_CANCELLED`, or, of a stream, with an error whose text has the
   * word `cancelled`.
   */
  int32_t (*progress)(void *user_data, uint64_t rows);
  /**
   * Is called with what is worth knowing and is no error, in both languages; the texts end with a zero byte and are valid
   * during the call.
   */
  void (*log)(void *user_data, const char *vi, const char *en);
  /**
   * Is handed to each of them.
   */
  void *user_data;
  /**
   * Is called once when the library needs `user_data` no more, also where the function fails, unless `struct_size` is too
   * small to know it; by the thread that releases the results.
   */
  void (*drop_user_data)(void *user_data);
} xeploai_callbacks;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * A case of which nothing is known yet, to be used for one subject of the kind after another.
 *
 * \param rulebook  the rulebook; the caller keeps it
 * \param subject   the code of the kind, such as `member`
 * \param policies  a JSON object of names of policies to options; empty for the defaults
 * \param out       where the case goes; free it with `xeploai_case_free`
 * \param error     where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_case_new(const struct xeploai_rulebook *rulebook,
                         const uint8_t *subject,
                         size_t subject_len,
                         const uint8_t *policies,
                         size_t policies_len,
                         struct xeploai_case **out,
                         struct xeploai_error **error);

/**
 * Where a fact stands among those of the kind; the same as long as the rulebook has the same digest.
 *
 * \param case      the case; the caller keeps it
 * \param name      the name of the fact
 * \param fact      where the place goes
 * \param error     where an error goes; may be NULL
 *
 * One thread at a time.
 */
XEPLOAI_API
int32_t xeploai_case_fact(struct xeploai_case *case_,
                          const uint8_t *name,
                          size_t name_len,
                          uint32_t *fact,
                          struct xeploai_error **error);

/**
 * States facts, in the order of the values. What does not fit its fact makes the case invalid when it is rated; a fact that
 * is stated twice does too. Where a value is of no kind or no place, nothing is stated and the status tells.
 *
 * \param case    the case
 * \param values  the values
 * \param count   how many they are, at most twice as many as the kind has facts
 * \param error   where an error goes; may be NULL
 *
 * One thread at a time.
 */
XEPLOAI_API
int32_t xeploai_case_set(struct xeploai_case *case_,
                         const struct xeploai_value *values,
                         size_t count,
                         struct xeploai_error **error);

/**
 * States the facts of a JSON object, also lists. What does not fit makes the case invalid when it is rated.
 *
 * \param case   the case
 * \param facts  a JSON object of facts
 * \param error  where an error goes; may be NULL
 *
 * One thread at a time.
 */
XEPLOAI_API
int32_t xeploai_case_set_json(struct xeploai_case *case_,
                              const uint8_t *facts,
                              size_t facts_len,
                              struct xeploai_error **error);

/**
 * Forgets every fact: the case of the next subject. Nothing is freed.
 *
 * \param case   the case
 * \param error  where an error goes; may be NULL
 *
 * One thread at a time.
 */
XEPLOAI_API int32_t xeploai_case_clear(struct xeploai_case *case_, struct xeploai_error **error);

/**
 * Rates the case as it is.
 *
 * \param case         the case
 * \param outcome      where the outcome goes
 * \param reasons      where the words of the reason code go, which say of every rule whether it holds; NULL where they are not
 *                     wanted. Where each rule stands says the summary of the rulebook (`word`, `shift`, `width`): of a rule 0 is
 *                     false, 2 unknown, 3 true. Of a case that is invalid the places of the sort `fact` count instead: 0 in
 *                     order, 1 absent, 2 refused, 3 inconsistent.
 * \param reasons_len  for how many words there is room; with less than `reason_words` the status is
 *                     `XEPLOAI_BUFFER_TOO_SMALL`, and the outcome is there all the same
 * \param error        where an error goes; may be NULL
 *
 * One thread at a time.
 */
XEPLOAI_API
int32_t xeploai_case_rate(struct xeploai_case *case_,
                          struct xeploai_outcome *outcome,
                          uint64_t *reasons,
                          size_t reasons_len,
                          struct xeploai_error **error);

/**
 * Rates the case as it is and gives the result as text.
 *
 * \param case      the case
 * \param what      `XEPLOAI_RESULT_JSON` or `XEPLOAI_RESULT_EXPLANATION`
 * \param language  `XEPLOAI_VIETNAMESE` or `XEPLOAI_ENGLISH`, of the explanation
 * \param out       where the text goes; free it with `xeploai_bytes_free`
 * \param error     where an error goes; may be NULL
 *
 * One thread at a time.
 */
XEPLOAI_API
int32_t xeploai_case_text(struct xeploai_case *case_,
                          int32_t what,
                          int32_t language,
                          struct xeploai_bytes *out,
                          struct xeploai_error **error);

/**
 * Frees a case. NULL is nothing to free.
 *
 * \param case  a case, which is not to be used after that
 */
XEPLOAI_API void xeploai_case_free(struct xeploai_case *case_);

/**
 * A cohort from JSON: `period_end` (a day) and as far as they are wanted `on`, `province`, `policies`, `groups`, `rates`,
 * `keep`, `contradictions`, `threads`, `columns`, `subjects` (kinds to lists of objects with `id`, facts and relations),
 * `relations` and `decisions`. Larger tables come by `xeploai_cohort_add`.
 *
 * \param library  where the rulebooks are looked for; the caller keeps it
 * \param request  the JSON object
 * \param cohort   where the cohort goes; free it with `xeploai_cohort_free`
 * \param error    where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_cohort_new(const struct xeploai_library *library,
                           const uint8_t *request,
                           size_t request_len,
                           struct xeploai_cohort **cohort,
                           struct xeploai_error **error);

/**
 * Adds a table of Arrow to a cohort. Subjects have a column `id`, columns of facts, of relations (ids of others) and of
 * groups; decisions have `subject`, `level` and as far as they are known `number`, `date`, `body`, `decided_by`, `reason`,
 * `votes_for`, `votes_entitled`, `replaces`. What is wrong with rows, an unknown kind too, is told by the rated cohort.
 *
 * \param cohort  the cohort
 * \param table   `XEPLOAI_TABLE_SUBJECTS`, `XEPLOAI_TABLE_RELATIONS` or `XEPLOAI_TABLE_DECISIONS`
 * \param kind    the code of the kind of the subjects; empty for the other tables
 * \param stream  the stream, which is moved out, also where the function fails
 * \param error   where an error goes; may be NULL
 *
 * One thread at a time.
 */
XEPLOAI_API
int32_t xeploai_cohort_add(struct xeploai_cohort *cohort,
                           int32_t table,
                           const uint8_t *kind,
                           size_t kind_len,
                           struct ArrowArrayStream *stream,
                           struct xeploai_error **error);

/**
 * The stages in which a cohort would be rated, and what is wrong with it, as JSON: `stages`, `problems`.
 *
 * \param cohort  the cohort; the caller keeps it
 * \param out     where the text goes; free it with `xeploai_bytes_free`
 * \param error   where an error goes; may be NULL
 *
 * One thread at a time.
 */
XEPLOAI_API
int32_t xeploai_cohort_plan(struct xeploai_cohort *cohort,
                            struct xeploai_bytes *out,
                            struct xeploai_error **error);

/**
 * Rates everybody. What is wrong with rows and relations is told in the result, and the rest is rated.
 *
 * \param cohort     the cohort, which stays as it is; the caller keeps it
 * \param callbacks  callbacks, not used after the call; progress is told in subjects, kind by kind and stage by stage; may be
 *                   NULL
 * \param rated      where the rated cohort goes; free it with `xeploai_rated_cohort_free`
 * \param error      where an error goes; may be NULL
 *
 * One thread at a time.
 */
XEPLOAI_API
int32_t xeploai_cohort_rate(struct xeploai_cohort *cohort,
                            const struct xeploai_callbacks *callbacks,
                            struct xeploai_rated_cohort **rated,
                            struct xeploai_error **error);

/**
 * Frees a cohort. NULL is nothing to free.
 *
 * \param cohort  a cohort, which is not to be used after that
 */
XEPLOAI_API void xeploai_cohort_free(struct xeploai_cohort *cohort);

/**
 * A text of a rated cohort: everything as JSON, or the rating of one subject with all its findings, before the quotas.
 *
 * \param rated     the rated cohort; the caller keeps it
 * \param what      `XEPLOAI_COHORT_JSON`, or of one subject `XEPLOAI_RESULT_JSON` or `XEPLOAI_RESULT_EXPLANATION`
 * \param id        the id of the subject; of everything it is not looked at
 * \param language  `XEPLOAI_VIETNAMESE` or `XEPLOAI_ENGLISH`, of the explanation
 * \param out       where the text goes; free it with `xeploai_bytes_free`
 * \param error     where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_rated_cohort_text(const struct xeploai_rated_cohort *rated,
                                  int32_t what,
                                  const uint8_t *id,
                                  size_t id_len,
                                  int32_t language,
                                  struct xeploai_bytes *out,
                                  struct xeploai_error **error);

/**
 * The rows of a kind with their results, as a table of Arrow: the columns of the tables that were added, or of JSON the `id`,
 * the relations and what `columns` named, then the results as after the quotas, `own_…` before them, `stage`, `open`, the
 * decision that counts and `level`, the level in the end.
 *
 * \param rated  the rated cohort; the caller keeps it
 * \param kind   the code of the kind
 * \param out    where the stream goes; the caller releases it
 * \param error  where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_rated_cohort_table(const struct xeploai_rated_cohort *rated,
                                   const uint8_t *kind,
                                   size_t kind_len,
                                   struct ArrowArrayStream *out,
                                   struct xeploai_error **error);

/**
 * Who would come out otherwise if facts were others, without rating all again; the cohort stays as it is.
 *
 * \param rated    the rated cohort; the caller keeps it
 * \param changes  a JSON object of ids to objects of facts; null makes a fact unknown
 * \param out      where the JSON list goes: `id`, `kind`, `before`, `after`, `through`; free it with `xeploai_bytes_free`
 * \param error    where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_rated_cohort_what_if(const struct xeploai_rated_cohort *rated,
                                     const uint8_t *changes,
                                     size_t changes_len,
                                     struct xeploai_bytes *out,
                                     struct xeploai_error **error);

/**
 * Frees a rated cohort. NULL is nothing to free. Tables that came of it live on.
 *
 * \param rated  a rated cohort, which is not to be used after that
 */
XEPLOAI_API void xeploai_rated_cohort_free(struct xeploai_rated_cohort *rated);

/**
 * The status that an error was returned with; `XEPLOAI_NULL` of NULL.
 *
 * \param error  an error; the caller keeps it
 *
 * May be called from several threads at once.
 */
XEPLOAI_API int32_t xeploai_error_status(const struct xeploai_error *error);

/**
 * A text of an error: UTF-8, ended by a zero byte, valid until the error is freed; never NULL.
 *
 * \param error     an error; the caller keeps it; NULL gives an empty text
 * \param what      `XEPLOAI_ERROR_MESSAGE`, `XEPLOAI_ERROR_PLACE` or `XEPLOAI_ERROR_JSON`
 * \param language  `XEPLOAI_VIETNAMESE` or `XEPLOAI_ENGLISH`, of the message; another number of either gives the English message
 * \param len       where its length in bytes goes, without the zero byte; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
const char *xeploai_error_text(const struct xeploai_error *error,
                               int32_t what,
                               int32_t language,
                               size_t *len);

/**
 * Frees an error. NULL is nothing to free.
 *
 * \param error  an error, which is not to be used after that
 */
XEPLOAI_API void xeploai_error_free(struct xeploai_error *error);

/**
 * The library of the rulebooks that come with the package, every version of each.
 *
 * \param library  where the library goes; free it with `xeploai_library_free`
 * \param error    where an error goes; may be NULL
 *
 * May be called from any thread.
 */
XEPLOAI_API int32_t xeploai_library_builtin(struct xeploai_library **library, struct xeploai_error **error);

/**
 * A library with one more rulebook, such as a province's, which takes the place of every one of its id.
 *
 * \param library   a library, which stays as it is; the caller keeps it
 * \param rulebook  the rulebook; the caller keeps it
 * \param more      where the new library goes; free it with `xeploai_library_free`
 * \param error     where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_library_with(const struct xeploai_library *library,
                             const struct xeploai_rulebook *rulebook,
                             struct xeploai_library **more,
                             struct xeploai_error **error);

/**
 * The one rulebook that is in force on a day for a kind of subject. `XEPLOAI_NOT_IN_FORCE` where there is none or more than
 * one; the message names them.
 *
 * \param library   the library; the caller keeps it
 * \param day       the day, `YYYY-MM-DD`
 * \param subject   the code of the kind, such as `member`
 * \param province  the province whose overlays apply; empty for the central texts
 * \param rulebook  where the rulebook goes; free it with `xeploai_rulebook_free`
 * \param error     where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_library_in_force(const struct xeploai_library *library,
                                 const uint8_t *day,
                                 size_t day_len,
                                 const uint8_t *subject,
                                 size_t subject_len,
                                 const uint8_t *province,
                                 size_t province_len,
                                 struct xeploai_rulebook **rulebook,
                                 struct xeploai_error **error);

/**
 * The rulebooks of a library as JSON: a list of objects with `id`, `version`, `digest`, `title`, `province`, `in_force` and
 * `subjects`, in the order in which they came.
 *
 * \param library  the library; the caller keeps it
 * \param list     where the text goes; free it with `xeploai_bytes_free`
 * \param error    where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_library_json(const struct xeploai_library *library,
                             struct xeploai_bytes *list,
                             struct xeploai_error **error);

/**
 * Frees a library. NULL is nothing to free. Rulebooks and cohorts that came of it live on.
 *
 * \param library  a library, which is not to be used after that
 */
XEPLOAI_API void xeploai_library_free(struct xeploai_library *library);

/**
 * A rulebook that comes with the package: of one that was amended the latest version, or the one in force on a day.
 * `XEPLOAI_NOT_FOUND` where there is none of this id, `XEPLOAI_NOT_IN_FORCE` where no version is on the day.
 *
 * \param id        its id, such as `366-qd-tw`
 * \param on        the day, `YYYY-MM-DD`; empty for the latest version
 * \param rulebook  where the rulebook goes; free it with `xeploai_rulebook_free`
 * \param error     where an error goes; may be NULL
 *
 * May be called from any thread.
 */
XEPLOAI_API
int32_t xeploai_rulebook_builtin(const uint8_t *id,
                                 size_t id_len,
                                 const uint8_t *on,
                                 size_t on_len,
                                 struct xeploai_rulebook **rulebook,
                                 struct xeploai_error **error);

/**
 * A rulebook, or an overlay on a built-in one, from JSON. `XEPLOAI_LOAD` with every fault where it cannot be loaded.
 *
 * \param json      the document
 * \param rulebook  where the rulebook goes; free it with `xeploai_rulebook_free`
 * \param error     where an error goes; may be NULL
 *
 * May be called from any thread.
 */
XEPLOAI_API
int32_t xeploai_rulebook_load(const uint8_t *json,
                              size_t json_len,
                              struct xeploai_rulebook **rulebook,
                              struct xeploai_error **error);

/**
 * A rulebook with an overlay on it, such as a province's own regulation. `XEPLOAI_LOAD` with every fault.
 *
 * \param base      the rulebook, which stays as it is; the caller keeps it
 * \param json      the overlay
 * \param rulebook  where the new rulebook goes; free it with `xeploai_rulebook_free`
 * \param error     where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_rulebook_with_overlay(const struct xeploai_rulebook *base,
                                      const uint8_t *json,
                                      size_t json_len,
                                      struct xeploai_rulebook **rulebook,
                                      struct xeploai_error **error);

/**
 * A text of a rulebook.
 *
 * \param rulebook  the rulebook; the caller keeps it
 * \param what      `XEPLOAI_RULEBOOK_DOCUMENT`, `_SUMMARY`, `_PAGE` or `_DIGEST`
 * \param language  `XEPLOAI_VIETNAMESE` or `XEPLOAI_ENGLISH`, of the page
 * \param out       where the text goes; free it with `xeploai_bytes_free`
 * \param error     where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_rulebook_text(const struct xeploai_rulebook *rulebook,
                              int32_t what,
                              int32_t language,
                              struct xeploai_bytes *out,
                              struct xeploai_error **error);

/**
 * The JSON Schema of a document, for an editor: of static life, not to be freed; NULL where there is none of this number.
 * It is UTF-8 without a zero byte at its end.
 *
 * \param of   `XEPLOAI_SCHEMA_RULEBOOK` or `XEPLOAI_SCHEMA_OVERLAY`
 * \param len  where its length in bytes goes; may be NULL
 *
 * May be called from any thread.
 */
XEPLOAI_API
const uint8_t *xeploai_schema(int32_t of,
                              size_t *len);

/**
 * Rates one case, JSON in and JSON out: the same bytes as every other face gives. Facts that are not in order give the
 * outcome `invalid`, never an error.
 *
 * \param rulebook  the rulebook; the caller keeps it
 * \param subject   the code of the kind, such as `member`
 * \param facts     a JSON object of facts
 * \param policies  a JSON object of names of policies to options; empty for the defaults
 * \param result    where the result goes; free it with `xeploai_bytes_free`
 * \param error     where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_rulebook_rate_json(const struct xeploai_rulebook *rulebook,
                                   const uint8_t *subject,
                                   size_t subject_len,
                                   const uint8_t *facts,
                                   size_t facts_len,
                                   const uint8_t *policies,
                                   size_t policies_len,
                                   struct xeploai_bytes *result,
                                   struct xeploai_error **error);

/**
 * Frees a rulebook. NULL is nothing to free. Cases, cohorts and results that came of it live on.
 *
 * \param rulebook  a rulebook, which is not to be used after that
 */
XEPLOAI_API void xeploai_rulebook_free(struct xeploai_rulebook *rulebook);

/**
 * Answers a question of statistics: `tally` (counts and shares of rows), `years` (a series over years), `shares` (of counts),
 * `form_6f` and `check_form_6f` (Biểu 6F), `check_table` (a published table, its misprints found and explained).
 *
 * \param question  the question
 * \param request   a JSON object, as the documentation of the statistics describes it
 * \param answer    where the JSON text goes; free it with `xeploai_bytes_free`
 * \param error     where an error goes; may be NULL
 *
 * May be called from any thread.
 */
XEPLOAI_API
int32_t xeploai_statistics(const uint8_t *question,
                           size_t question_len,
                           const uint8_t *request,
                           size_t request_len,
                           struct xeploai_bytes *answer,
                           struct xeploai_error **error);

/**
 * Rates every row of a table as its case alone would be rated: a stream of Arrow in, the same columns with the results behind
 * them out (`outcome`, `at_least`, `at_most`, `score`, `reasons`). It is rated as `out` is read, in bounded memory.
 * `XEPLOAI_TABLE` with everything that is wrong with the columns; what is wrong with a row is told by its outcome.
 *
 * \param rulebook   the rulebook; the caller keeps it
 * \param subject    the code of the kind, such as `member`
 * \param table      the stream, which is moved out, also where the function fails: it is the library's to release
 * \param options    a JSON object: `policies`, `threads` (0: as many as the machine runs), `keep` (foreign columns that are meant
 *                   as such although their names are nearly those of facts; all foreign columns pass through), `prefix` (of
 *                   the names of the results); empty for none of them
 * \param callbacks  callbacks, kept until `out` is released; may be NULL
 * \param out        where the stream goes that the caller releases by its own `release`; errors and a stop come out of its
 *                   `get_next` with `get_last_error`
 * \param error      where an error goes; may be NULL
 *
 * May be called from several threads at once; a stream is read by one thread at a time.
 */
XEPLOAI_API
int32_t xeploai_rulebook_rate_stream(const struct xeploai_rulebook *rulebook,
                                     const uint8_t *subject,
                                     size_t subject_len,
                                     struct ArrowArrayStream *table,
                                     const uint8_t *options,
                                     size_t options_len,
                                     const struct xeploai_callbacks *callbacks,
                                     struct ArrowArrayStream *out,
                                     struct xeploai_error **error);

/**
 * Holds the quotas of a kind on a table that `xeploai_rulebook_rate_stream` rated: groups counted, those over left to the
 * authority or, where a local policy says so, stepping down by its ranking. The table must have the columns of the groups, such
 * as `position_group` (the `quotas` of the summary name them), or `groups` says which columns make them. It comes back with
 * `outcome`, `at_least` and `at_most` as they are after the quotas, and `own_…` as they were before. It is in memory whole.
 *
 * \param rulebook  the rulebook; the caller keeps it
 * \param subject   the code of the kind, such as `member`
 * \param rated     the stream of the rated table, which is moved out, also where the function fails
 * \param options   a JSON object: `policies`, `groups` (names of groupings to lists of columns), `rates` (objects with `quota`,
 *                  `grouping`, `group`, `rate`, `decision`; one that does not count is refused), `id` (the column of the ids),
 *                  `invalid` (`open` or `left_out`), `prefix`, `threads`; empty for none of them
 * \param out       where the stream of the table after the quotas goes; the caller releases it
 * \param quotas    where the JSON list of what each quota came to goes, group by group; free it with `xeploai_bytes_free`;
 *                  may be NULL
 * \param error     where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_rulebook_hold_stream(const struct xeploai_rulebook *rulebook,
                                     const uint8_t *subject,
                                     size_t subject_len,
                                     struct ArrowArrayStream *rated,
                                     const uint8_t *options,
                                     size_t options_len,
                                     struct ArrowArrayStream *out,
                                     struct xeploai_bytes *quotas,
                                     struct xeploai_error **error);

/**
 * Counts a rated table by outcome and level: the columns of the groups, then of each level and each other outcome its code
 * with the count (64 bits without sign), then the shares, decimals in hundredths of the whole.
 *
 * \param rulebook  the rulebook, for its levels; the caller keeps it
 * \param rated     the stream of the rated table, which is moved out, also where the function fails
 * \param options   a JSON object: `by` (columns that make groups; `unit_id // 200` divides whole numbers), `decimals` (for
 *                  shares of the levels among those rated), `prefix`, `threads`; empty for none of them
 * \param out       where the stream of the counts goes, a row for each group, first of those rows that lack a value of a group;
 *                  the caller releases it
 * \param error     where an error goes; may be NULL
 *
 * May be called from several threads at once.
 */
XEPLOAI_API
int32_t xeploai_rulebook_tally_stream(const struct xeploai_rulebook *rulebook,
                                      struct ArrowArrayStream *rated,
                                      const uint8_t *options,
                                      size_t options_len,
                                      struct ArrowArrayStream *out,
                                      struct xeploai_error **error);

/**
 * Frees bytes and sets them to none, so that freeing them again does nothing. NULL is nothing to free.
 *
 * \param bytes  bytes that a function of the library filled
 */
XEPLOAI_API void xeploai_bytes_free(struct xeploai_bytes *bytes);

/**
 * The version of the binary interface of this library, to compare with `XEPLOAI_ABI_VERSION`.
 *
 * May be called from any thread at any time.
 */
XEPLOAI_API uint32_t xeploai_abi_version(void);

/**
 * The version of this library, such as `0.1.0`: UTF-8, ended by a zero byte, of static life; not to be freed.
 *
 * May be called from any thread at any time.
 */
XEPLOAI_API const char *xeploai_version(void);

/**
 * The name of a status, such as `invalid_argument`: stable, ended by a zero byte, of static life; `unknown` of another number.
 *
 * May be called from any thread at any time.
 */
XEPLOAI_API
const char *xeploai_status_name(int32_t status);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* XEPLOAI_H */
