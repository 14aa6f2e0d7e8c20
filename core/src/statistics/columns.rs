//! Rows of a file of columns (Parquet, Arrow) counted by what a few of its columns say, without holding the file.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch, RecordBatchReader};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::batch::{FileError, FileForm};

/// What the columns of a row say, each as text where it says anything, and how many rows say the same.
pub type CountedRow = (Vec<Option<String>>, u64);

/// The titles of a file's columns, in their order.
///
/// # Errors
/// Where the file cannot be read, or is not of its form.
pub fn column_titles(path: &Path, form: FileForm) -> Result<Vec<String>, FileError> {
    let reader = open(path, form, None)?;
    Ok(reader.schema().fields().iter().map(|field| field.name().clone()).collect())
}

/// What the columns say together, each as text where it says anything, and how many rows say so; in the order of what they
/// say. Columns in `only` are read in those rows alone whose first column says one of `of`.
///
/// # Errors
/// Where the file cannot be read or is not of its form, or a column is not there, or holds neither text nor whole numbers.
pub fn count_rows(
    path: &Path,
    form: FileForm,
    columns: &[String],
    only: &[String],
    of: &[&str],
) -> Result<Vec<CountedRow>, FileError> {
    let wanted: Vec<&str> = columns.iter().chain(only).map(String::as_str).collect();
    let mut texts: Vec<Texts> = wanted.iter().map(|_| Texts::default()).collect();
    let mut counts: HashMap<Vec<u32>, u64> = HashMap::new();
    for batch in open(path, form, Some(&wanted))? {
        let batch = batch?;
        let mut read: Vec<Vec<u32>> = Vec::with_capacity(wanted.len());
        for (name, texts) in wanted.iter().zip(&mut texts) {
            read.push(texts.codes(&batch, name)?);
        }
        let first = texts.first().map(|first| of.iter().filter_map(|text| first.known.get(*text).copied()).collect());
        let first: Vec<u32> = first.unwrap_or_default();
        for row in 0..batch.num_rows() {
            let code = |column: usize| read.get(column).and_then(|codes| codes.get(row)).copied().unwrap_or(0);
            let open = first.contains(&code(0));
            let key = (0..wanted.len()).map(|column| if column < columns.len() || open { code(column) } else { 0 });
            let count = counts.entry(key.collect()).or_default();
            *count = count.saturating_add(1);
        }
    }
    let mut told: BTreeMap<Vec<Option<String>>, u64> = BTreeMap::new();
    for (key, count) in counts {
        let text = key.iter().zip(&texts).map(|(code, texts)| texts.text(*code));
        told.insert(text.collect(), count);
    }
    Ok(told.into_iter().collect())
}

fn open(path: &Path, form: FileForm, wanted: Option<&[&str]>) -> Result<Box<dyn RecordBatchReader>, FileError> {
    let file = File::open(path)?;
    Ok(match form {
        FileForm::Parquet => {
            let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
            let roots: Vec<usize> = builder
                .schema()
                .fields()
                .iter()
                .enumerate()
                .filter(|(_, field)| wanted.is_none_or(|wanted| wanted.contains(&field.name().as_str())))
                .map(|(place, _)| place)
                .collect();
            let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
            Box::new(builder.with_projection(mask).build()?)
        }
        FileForm::Arrow => Box::new(FileReader::try_new(BufReader::new(file), None)?),
        FileForm::ArrowStream => Box::new(StreamReader::try_new(BufReader::new(file), None)?),
    })
}

/// The texts of a column, each with a number; 0 is nothing.
#[derive(Default)]
struct Texts {
    known: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Texts {
    fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.known.get(text) {
            return *code;
        }
        self.texts.push(text.to_owned());
        let code = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.known.insert(text.to_owned(), code);
        code
    }

    fn text(&self, code: u32) -> Option<String> {
        self.texts.get(usize::try_from(code.checked_sub(1)?).ok()?).cloned()
    }

    fn codes(&mut self, batch: &RecordBatch, name: &str) -> Result<Vec<u32>, FileError> {
        let Some(column) = batch.column_by_name(name) else {
            return Err(FileError::Form(format!("column `{name}` is not there")));
        };
        self.array(column).ok_or_else(|| {
            FileError::Form(format!("column `{name}`: expected text or whole numbers, found {}", column.data_type()))
        })
    }

    fn array(&mut self, column: &dyn Array) -> Option<Vec<u32>> {
        macro_rules! whole {
            ($type:ty) => {
                column
                    .as_primitive::<$type>()
                    .iter()
                    .map(|value| value.map_or(0, |value| self.code(itoa::Buffer::new().format(value))))
                    .collect()
            };
        }
        Some(match column.data_type() {
            DataType::Utf8 => self.each(column.as_string::<i32>().iter()),
            DataType::LargeUtf8 => self.each(column.as_string::<i64>().iter()),
            DataType::Utf8View => self.each(column.as_string_view().iter()),
            DataType::Int8 => whole!(Int8Type),
            DataType::Int16 => whole!(Int16Type),
            DataType::Int32 => whole!(Int32Type),
            DataType::Int64 => whole!(Int64Type),
            DataType::UInt8 => whole!(UInt8Type),
            DataType::UInt16 => whole!(UInt16Type),
            DataType::UInt32 => whole!(UInt32Type),
            DataType::UInt64 => whole!(UInt64Type),
            DataType::Null => vec![0; column.len()],
            DataType::Dictionary(key, _) => match key.as_ref() {
                DataType::Int8 => self.dictionary::<Int8Type>(column)?,
                DataType::Int16 => self.dictionary::<Int16Type>(column)?,
                DataType::Int32 => self.dictionary::<Int32Type>(column)?,
                DataType::Int64 => self.dictionary::<Int64Type>(column)?,
                DataType::UInt8 => self.dictionary::<UInt8Type>(column)?,
                DataType::UInt16 => self.dictionary::<UInt16Type>(column)?,
                DataType::UInt32 => self.dictionary::<UInt32Type>(column)?,
                DataType::UInt64 => self.dictionary::<UInt64Type>(column)?,
                _ => return None,
            },
            _ => return None,
        })
    }

    fn each<'t>(&mut self, texts: impl Iterator<Item = Option<&'t str>>) -> Vec<u32> {
        texts.map(|text| text.map_or(0, |text| self.code(text))).collect()
    }

    fn dictionary<K: ArrowDictionaryKeyType>(&mut self, column: &dyn Array) -> Option<Vec<u32>> {
        let dictionary = column.as_dictionary::<K>();
        let values = self.array(dictionary.values())?;
        let code = |key: Option<usize>| key.and_then(|key| values.get(key)).copied().unwrap_or(0);
        Some(dictionary.keys_iter().map(code).collect())
    }
}
