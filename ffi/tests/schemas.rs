//! Schemas and arrays of a stream that are out of every form: each ends as an error, none as a panic or worse.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::undocumented_unsafe_blocks,
    reason = "a test"
)]

mod calls;

use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr::{null, null_mut};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use xeploai_ffi::*;

/// A schema as it lies in memory.
#[repr(C)]
struct Schema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut Schema,
    dictionary: *mut Schema,
    release: Option<unsafe extern "C" fn(*mut Schema)>,
    private_data: *mut c_void,
}

/// A stream as it lies in memory.
#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Stream, *mut Schema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Stream, *mut c_void) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Stream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Stream)>,
    private_data: *mut c_void,
}

/// The schema that a stream hands out, and how it is spoilt.
struct Told {
    root: Schema,
    kept: Vec<CString>,
    list: Vec<*mut Schema>,
    child: Schema,
}

unsafe extern "C" fn released(schema: *mut Schema) {
    unsafe { (*schema).release = None };
}

unsafe extern "C" fn get_schema(stream: *mut Stream, out: *mut Schema) -> c_int {
    unsafe {
        let told = (*stream).private_data.cast::<Told>();
        std::ptr::copy_nonoverlapping(&raw const (*told).root, out, 1);
    }
    0
}

unsafe extern "C" fn get_next(_: *mut Stream, _: *mut c_void) -> c_int {
    5
}

unsafe extern "C" fn last_error(_: *mut Stream) -> *const c_char {
    null()
}

unsafe extern "C" fn release(stream: *mut Stream) {
    unsafe {
        drop(Box::from_raw((*stream).private_data.cast::<Told>()));
        (*stream).release = None;
    }
}

fn schema(format: *const c_char, name: *const c_char) -> Schema {
    Schema {
        format,
        name,
        metadata: null(),
        flags: 2,
        n_children: 0,
        children: null_mut(),
        dictionary: null_mut(),
        release: Some(released),
        private_data: null_mut(),
    }
}

/// What a stream of a table of one column answers after its schema was spoilt.
fn answer(spoil: impl FnOnce(&mut Told)) -> calls::Answer {
    let kept: Vec<CString> = [c"+s", c"b", c"exempt_from_activities"].map(CString::from).into();
    let child = schema(kept[1].as_ptr(), kept[2].as_ptr());
    let root = schema(kept[0].as_ptr(), null());
    let mut told = Box::new(Told { root, kept, list: Vec::new(), child });
    told.list.push(&raw mut told.child);
    told.root.children = told.list.as_mut_ptr();
    told.root.n_children = 1;
    spoil(&mut told);
    let mut stream = Stream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(last_error),
        release: Some(release),
        private_data: Box::into_raw(told).cast(),
    };
    let rulebook = calls::builtin("366-qd-tw", "").unwrap();
    let (mut out, mut error) = (FFI_ArrowArrayStream::empty(), null_mut());
    unsafe {
        let status = xeploai_rulebook_rate_stream(
            rulebook,
            "member".as_ptr(),
            6,
            (&raw mut stream).cast(),
            null(),
            0,
            null(),
            &mut out,
            &mut error,
        );
        assert!(stream.release.is_none());
        xeploai_rulebook_free(rulebook);
        if status == XEPLOAI_OK {
            ["ok".to_owned(), String::new(), String::new(), String::new()]
        } else {
            calls::failed(status, error)
        }
    }
}

type Spoil = Box<dyn FnOnce(&mut Told)>;

#[test]
fn a_schema_that_is_none_is_refused() {
    assert_eq!(answer(|_| ())[0], "ok");
    let spoilt: [(&str, Spoil); 10] = [
        ("fewer than none", Box::new(|told| told.root.n_children = -1)),
        ("very many", Box::new(|told| told.root.n_children = 1 << 40)),
        ("no list", Box::new(|told| told.root.children = null_mut())),
        ("no child", Box::new(|told| told.list[0] = null_mut())),
        ("no format", Box::new(|told| told.child.format = null())),
        (
            "a name that is no text",
            Box::new(|told| {
                told.kept.push(CString::new(vec![0xC3, 0x28]).unwrap());
                told.child.name = told.kept.last().unwrap().as_ptr();
            }),
        ),
        (
            "a list of nothing",
            Box::new(|told| {
                told.kept.push(CString::new("+l").unwrap());
                told.child.format = told.kept.last().unwrap().as_ptr();
            }),
        ),
        (
            "less than no bytes",
            Box::new(|told| {
                told.kept.push(CString::new("w:-5").unwrap());
                told.child.format = told.kept.last().unwrap().as_ptr();
            }),
        ),
        (
            "within itself",
            Box::new(|told| {
                told.kept.push(CString::new("+s").unwrap());
                told.child.format = told.kept.last().unwrap().as_ptr();
                told.child.n_children = 1;
                told.child.children = told.list.as_mut_ptr();
            }),
        ),
        (
            "a dictionary of itself",
            Box::new(|told| {
                told.kept.push(CString::new("i").unwrap());
                told.child.format = told.kept.last().unwrap().as_ptr();
                told.child.dictionary = &raw mut told.child;
            }),
        ),
    ];
    for (how, spoil) in spoilt {
        let told = answer(spoil);
        assert_eq!(told[0], "stream", "{how}: {told:?}");
    }
}
