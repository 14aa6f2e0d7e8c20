//! Libraries: which rulebook is in force.

use serde::Serialize;
use xeploai::Library;
use xeploai::catalogue::Message;
use xeploai::date::parse_date;
use xeploai::document::{Period, Words};

use crate::error::{ErrorHandle, Failure, same, told};
use crate::handle::{Answer, guard, handle_place, place, shared};
use crate::rulebook::RulebookHandle;
use crate::status::XEPLOAI_INVALID_ARGUMENT;
use crate::text::{Bytes, optional, text};

/// Rulebooks among which the one in force is looked for. It never changes; any number of threads may use it.
#[derive(Debug)]
pub struct LibraryHandle(pub(crate) Library);

const fn is_shared<T: Send + Sync>() {}
const _: () = is_shared::<LibraryHandle>();

/// A day by its text.
pub(crate) fn day(text: &str, name: &str) -> Answer<i64> {
    parse_date(text).ok_or_else(|| {
        let found = same(&format!("`{text}`"));
        Failure::argument(XEPLOAI_INVALID_ARGUMENT, name, told(Message::WantedDay, &[]), &found)
    })
}

/// The library of the rulebooks that come with the package, every version of each.
///
/// \param library  where the library goes; free it with `xeploai_library_free`
/// \param error    where an error goes; may be NULL
///
/// May be called from any thread.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_library_builtin(
    library: *mut *mut LibraryHandle,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let library = handle_place(library, "library")?;
            library.give(LibraryHandle(Library::builtin()?));
            Ok(())
        })
    }
}

/// A library with one more rulebook, such as a province's, which takes the place of every one of its id.
///
/// \param library   a library, which stays as it is; the caller keeps it
/// \param rulebook  the rulebook; the caller keeps it
/// \param more      where the new library goes; free it with `xeploai_library_free`
/// \param error     where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_library_with(
    library: *const LibraryHandle,
    rulebook: *const RulebookHandle,
    more: *mut *mut LibraryHandle,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let more = handle_place(more, "more")?;
            let (library, rulebook) = (shared(library, "library")?, shared(rulebook, "rulebook")?);
            more.give(LibraryHandle(library.0.clone().with(rulebook.0.clone())));
            Ok(())
        })
    }
}

/// The one rulebook that is in force on a day for a kind of subject. `XEPLOAI_NOT_IN_FORCE` where there is none or more than
/// one; the message names them.
///
/// \param library   the library; the caller keeps it
/// \param day       the day, `YYYY-MM-DD`
/// \param subject   the code of the kind, such as `member`
/// \param province  the province whose overlays apply; empty for the central texts
/// \param rulebook  where the rulebook goes; free it with `xeploai_rulebook_free`
/// \param error     where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_library_in_force(
    library: *const LibraryHandle,
    day: *const u8,
    day_len: usize,
    subject: *const u8,
    subject_len: usize,
    province: *const u8,
    province_len: usize,
    rulebook: *mut *mut RulebookHandle,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let rulebook = handle_place(rulebook, "rulebook")?;
            let library = shared(library, "library")?;
            let day = self::day(text(day, day_len, "day")?, "day")?;
            let province = optional(province, province_len, "province")?;
            let found = library.0.in_force(day, text(subject, subject_len, "subject")?, province)?;
            rulebook.give(RulebookHandle(found.clone()));
            Ok(())
        })
    }
}

#[derive(Serialize)]
struct Entry<'l> {
    id: &'l str,
    version: &'l str,
    digest: &'l str,
    title: &'l Words,
    province: Option<&'l str>,
    in_force: &'l Period,
    subjects: Vec<&'l str>,
}

/// The rulebooks of a library as JSON: a list of objects with `id`, `version`, `digest`, `title`, `province`, `in_force` and
/// `subjects`, in the order in which they came.
///
/// \param library  the library; the caller keeps it
/// \param list     where the text goes; free it with `xeploai_bytes_free`
/// \param error    where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_library_json(
    library: *const LibraryHandle,
    list: *mut Bytes,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let list = place(list, Bytes::NONE, "list")?;
            let entry = |rulebook| Entry::of(rulebook);
            let entries: Vec<Entry<'_>> = shared(library, "library")?.0.rulebooks().map(entry).collect();
            list.put(Bytes::of(serde_json::to_string(&entries).unwrap_or_default()));
            Ok(())
        })
    }
}

impl<'l> Entry<'l> {
    fn of(rulebook: &'l xeploai::Rulebook) -> Self {
        Self {
            id: rulebook.id(),
            version: rulebook.version(),
            digest: rulebook.digest(),
            title: rulebook.title(),
            province: rulebook.province(),
            in_force: &rulebook.document().in_force,
            subjects: rulebook.subjects().map(|subject| subject.kind.as_str()).collect(),
        }
    }
}

/// Frees a library. NULL is nothing to free. Rulebooks and cohorts that came of it live on.
///
/// \param library  a library, which is not to be used after that
///
/// # Safety
/// `library` is NULL or a library that was not freed, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_library_free(library: *mut LibraryHandle) {
    // SAFETY: by the contract.
    unsafe { crate::handle::free(library) };
}
