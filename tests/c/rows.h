/* Tables as texts, in and out, by the C data interface alone: what the shared cases say of a batch.
 *
 * The first line names the columns, `name:format|name:format`; `c of u` is a dictionary. Then a line for each row, its cells
 * apart by `|`: `-` is null, numbers stand in decimal, decimals as their unscaled number (its low 64 bits), days as numbers
 * from 1970-01-01, `true` and `false`; of a dictionary the value. A column of any other format is `?`. C99 and C++11. */
#ifndef ROWS_H
#define ROWS_H

#include "xeploai.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- texts that grow */

typedef struct {
    char *data;
    size_t len, room;
} rows_buffer;

static void rows_put(rows_buffer *out, const void *data, size_t len) {
    if (out->len + len > out->room) {
        out->room = 2 * (out->len + len) + 64;
        out->data = (char *)realloc(out->data, out->room);
        if (out->data == NULL) {
            exit(2);
        }
    }
    if (len > 0) {
        memcpy(out->data + out->len, data, len);
    }
    out->len += len;
}

static void rows_say(rows_buffer *out, const char *text) {
    rows_put(out, text, strlen(text));
}

static void *rows_zeros(size_t count, size_t size) {
    void *memory = calloc(count + 1, size);
    if (memory == NULL) {
        exit(2);
    }
    return memory;
}

/* ---- a table into text */

static int64_t rows_whole(char format, const void *values, int64_t at) {
    switch (format) {
    case 'c':
        return ((const int8_t *)values)[at];
    case 'C':
        return ((const uint8_t *)values)[at];
    case 's':
        return ((const int16_t *)values)[at];
    case 'S':
        return ((const uint16_t *)values)[at];
    case 'i':
        return ((const int32_t *)values)[at];
    case 'I':
        return ((const uint32_t *)values)[at];
    default:
        return ((const int64_t *)values)[at];
    }
}

static int rows_bit(const void *bits, int64_t at) {
    return ((const uint8_t *)bits)[at / 8] >> (at % 8) & 1;
}

static void rows_cell(rows_buffer *out, const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t row) {
    const char *format = schema->format;
    int64_t at = array->offset + row;
    char number[32];
    if (array->n_buffers > 0 && array->buffers[0] != NULL && !rows_bit(array->buffers[0], at)) {
        rows_say(out, "-");
    } else if (schema->dictionary != NULL) {
        rows_cell(out, schema->dictionary, array->dictionary, rows_whole(format[0], array->buffers[1], at));
    } else if (strcmp(format, "u") == 0) {
        const int32_t *offsets = (const int32_t *)array->buffers[1];
        rows_put(out, (const char *)array->buffers[2] + offsets[at], (size_t)(offsets[at + 1] - offsets[at]));
    } else if (strcmp(format, "b") == 0) {
        rows_say(out, rows_bit(array->buffers[1], at) ? "true" : "false");
    } else if (strcmp(format, "L") == 0) {
        snprintf(number, sizeof number, "%llu", (unsigned long long)rows_whole('L', array->buffers[1], at));
        rows_say(out, number);
    } else if (strcmp(format, "tdD") == 0 || (strchr("cCsSiIl", format[0]) != NULL && format[1] == 0)) {
        char width = format[1] == 0 ? format[0] : 'i';
        snprintf(number, sizeof number, "%lld", (long long)rows_whole(width, array->buffers[1], at));
        rows_say(out, number);
    } else if (strncmp(format, "d:", 2) == 0 && strchr(format, ',') == strrchr(format, ',')) {
        /* 128 bits, the low ones first. */
        snprintf(number, sizeof number, "%lld", (long long)rows_whole('l', array->buffers[1], 2 * at));
        rows_say(out, number);
    } else {
        rows_say(out, "?");
    }
}

/* Reads a stream to its end and releases it; 0, or what the stream failed with. */
static int rows_text(struct ArrowArrayStream *stream, rows_buffer *out) {
    struct ArrowSchema schema;
    struct ArrowArray batch;
    int64_t row, place;
    int code = stream->get_schema(stream, &schema);
    if (code != 0) {
        stream->release(stream);
        return code;
    }
    for (place = 0; place < schema.n_children; place++) {
        const struct ArrowSchema *child = schema.children[place];
        rows_say(out, place == 0 ? "" : "|");
        rows_say(out, child->name);
        rows_say(out, ":");
        rows_say(out, child->format);
        for (; child->dictionary != NULL; child = child->dictionary) {
            rows_say(out, " of ");
            rows_say(out, child->dictionary->format);
        }
    }
    while ((code = stream->get_next(stream, &batch)) == 0 && batch.release != NULL) {
        for (row = 0; row < batch.length; row++) {
            rows_say(out, "\n");
            for (place = 0; place < batch.n_children; place++) {
                rows_say(out, place == 0 ? "" : "|");
                rows_cell(out, schema.children[place], batch.children[place], batch.offset + row);
            }
        }
        batch.release(&batch);
    }
    schema.release(&schema);
    stream->release(stream);
    return code;
}

/* ---- a text into a table */

/* The columns begin behind this many cells: one of the table that is skipped, and one of each column. */
#define ROWS_BEFORE 2

/* Lives as long as the stream, its schema or its batch. */
typedef struct {
    int users, read;
    int64_t columns, rows;
    char *text;   /* cut into cells */
    char **cells; /* names, and then the rows */
    char **formats;
    struct ArrowSchema *schemas, **schema_list;
    struct ArrowArray *arrays, **array_list;
    const void **buffers; /* three of each column, and that of the table */
} rows_data;

static void rows_leave(void *user) {
    rows_data *data = (rows_data *)user;
    int64_t place;
    if (--data->users > 0) {
        return;
    }
    for (place = 0; place < 3 * data->columns; place++) {
        free((void *)data->buffers[place]);
    }
    free(data->text);
    free(data->cells);
    free(data->formats);
    free(data->schemas);
    free(data->schema_list);
    free(data->arrays);
    free(data->array_list);
    free(data->buffers);
    free(data);
}

static void rows_leave_stream(struct ArrowArrayStream *stream) {
    rows_leave(stream->private_data);
    stream->release = NULL;
}

static void rows_leave_schema(struct ArrowSchema *schema) {
    rows_leave(schema->private_data);
    schema->release = NULL;
}

static void rows_leave_array(struct ArrowArray *array) {
    rows_leave(array->private_data);
    array->release = NULL;
}

static void rows_leave_child_schema(struct ArrowSchema *schema) {
    schema->release = NULL;
}

static void rows_leave_child_array(struct ArrowArray *array) {
    array->release = NULL;
}

static const char *rows_no_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return NULL;
}

static int rows_get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    rows_data *data = (rows_data *)stream->private_data;
    int64_t place;
    for (place = 0; place < data->columns; place++) {
        struct ArrowSchema *child = &data->schemas[place];
        memset(child, 0, sizeof *child);
        child->name = data->cells[place];
        child->format = data->formats[place];
        child->flags = ARROW_FLAG_NULLABLE;
        child->release = rows_leave_child_schema;
        data->schema_list[place] = child;
    }
    memset(out, 0, sizeof *out);
    out->format = "+s";
    out->name = "";
    out->n_children = data->columns;
    out->children = data->schema_list;
    out->private_data = data;
    out->release = rows_leave_schema;
    data->users++;
    return 0;
}

static int rows_get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    rows_data *data = (rows_data *)stream->private_data;
    int64_t place;
    memset(out, 0, sizeof *out);
    if (data->read) {
        return 0;
    }
    for (place = 0; place < data->columns; place++) {
        struct ArrowArray *child = &data->arrays[place];
        memset(child, 0, sizeof *child);
        child->length = data->rows + 1;
        child->null_count = -1;
        child->offset = 1;
        child->n_buffers = data->formats[place][0] == 'u' ? 3 : 2;
        child->buffers = data->buffers + 3 * place;
        child->release = rows_leave_child_array;
        data->array_list[place] = child;
    }
    out->length = data->rows;
    out->offset = 1;
    out->n_buffers = 1;
    out->buffers = data->buffers + 3 * data->columns;
    out->n_children = data->columns;
    out->children = data->array_list;
    out->private_data = data;
    out->release = rows_leave_array;
    data->read = 1;
    data->users++;
    return 0;
}

static void rows_fill(char format, uint8_t *valid, void *values, int64_t at, const char *cell, rows_buffer *texts) {
    int known = strcmp(cell, "-") != 0;
    int64_t number = known ? (int64_t)strtoll(cell, NULL, 10) : 0;
    if (known) {
        valid[at / 8] |= (uint8_t)(1 << (at % 8));
    }
    switch (format) {
    case 'u':
        rows_say(texts, known ? cell : "");
        ((int32_t *)values)[at + 1] = (int32_t)texts->len;
        break;
    case 'b':
        if (strcmp(cell, "true") == 0) {
            ((uint8_t *)values)[at / 8] |= (uint8_t)(1 << (at % 8));
        }
        break;
    case 'l':
        ((int64_t *)values)[at] = number;
        break;
    case 'd':
        ((int64_t *)values)[2 * at] = number;
        ((int64_t *)values)[2 * at + 1] = number < 0 ? -1 : 0;
        break;
    default: /* i, tdD */
        ((int32_t *)values)[at] = (int32_t)number;
    }
}

/* The table of a text, of the formats `u`, `b`, `i`, `l`, `tdD` and `d:p,s`. */
static void rows_table(const void *text, size_t len, struct ArrowArrayStream *out) {
    rows_data *data = (rows_data *)rows_zeros(1, sizeof *data);
    size_t columns, cells = 1, place;
    int64_t at;
    char *one;
    data->users = 1;
    data->columns = 1;
    data->text = (char *)rows_zeros(len, 1);
    memcpy(data->text, text, len);
    for (one = data->text; *one != 0; one++) {
        data->columns += data->rows == 0 && *one == '|';
        data->rows += *one == '\n';
    }
    columns = (size_t)data->columns;
    data->cells = (char **)rows_zeros(columns * (size_t)(data->rows + 1), sizeof *data->cells);
    data->formats = (char **)rows_zeros(columns, sizeof *data->formats);
    data->schemas = (struct ArrowSchema *)rows_zeros(columns, sizeof *data->schemas);
    data->schema_list = (struct ArrowSchema **)rows_zeros(columns, sizeof *data->schema_list);
    data->arrays = (struct ArrowArray *)rows_zeros(columns, sizeof *data->arrays);
    data->array_list = (struct ArrowArray **)rows_zeros(columns, sizeof *data->array_list);
    data->buffers = (const void **)rows_zeros(3 * columns + 1, sizeof *data->buffers);
    data->cells[0] = data->text;
    for (one = data->text; *one != 0; one++) {
        if (*one == '|' || *one == '\n') {
            *one = 0;
            data->cells[cells++] = one + 1;
        }
    }
    for (place = 0; place < columns; place++) {
        size_t room = (size_t)data->rows + ROWS_BEFORE + 1;
        uint8_t *valid = (uint8_t *)rows_zeros(room, 1);
        void *values = rows_zeros(room, 16);
        rows_buffer texts = {NULL, 0, 0};
        one = strchr(data->cells[place], ':');
        *one = 0;
        data->formats[place] = one + 1;
        for (at = 0; at < data->rows + ROWS_BEFORE; at++) {
            /* Those before the first row are as it is. */
            size_t row = at < ROWS_BEFORE ? 1 : (size_t)(at - ROWS_BEFORE + 1);
            rows_fill(data->formats[place][0], valid, values, at, data->cells[row * columns + place], &texts);
        }
        rows_put(&texts, "", 1);
        data->buffers[3 * place] = valid;
        data->buffers[3 * place + 1] = values;
        data->buffers[3 * place + 2] = texts.data;
    }
    memset(out, 0, sizeof *out);
    out->get_schema = rows_get_schema;
    out->get_next = rows_get_next;
    out->get_last_error = rows_no_error;
    out->release = rows_leave_stream;
    out->private_data = data;
}

#endif
