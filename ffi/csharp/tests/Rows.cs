using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Xeploai;

/// <summary>
/// Tables as texts, in and out, for the shared cases: every face writes and reads the same text by its own means.
/// </summary>
/// <remarks>
/// The first line names the columns, <c>name:format|name:format</c>, in the formats of the C data interface; <c>c of u</c> is a
/// dictionary. Then a line for each row, its cells apart by <c>|</c>: <c>-</c> is null, numbers stand in decimal, decimals as
/// their unscaled number (its low 64 bits), days as numbers from 1970-01-01, <c>true</c> and <c>false</c>; of a dictionary the
/// value. A column of any other format is <c>?</c>.
/// </remarks>
internal static partial class Arrow
{
    private sealed class Column
    {
        internal readonly string Name, Format;
        internal readonly Column Dictionary;

        internal Column(IntPtr at)
        {
            ArrowSchema schema = Marshal.PtrToStructure<ArrowSchema>(at);
            Name = Utf8.OfC(schema.Name);
            Format = Utf8.OfC(schema.Format);
            Dictionary = schema.Dictionary == IntPtr.Zero ? null : new Column(schema.Dictionary);
        }

        internal string Formats
        {
            get { return Dictionary == null ? Format : Format + " of " + Dictionary.Formats; }
        }
    }

    private static IntPtr PointerAt(IntPtr list, long place)
    {
        return Marshal.ReadIntPtr(list, (int)place * IntPtr.Size);
    }

    private static bool Bit(IntPtr bits, long at)
    {
        return (Marshal.ReadByte(bits, (int)(at / 8)) >> (int)(at % 8) & 1) != 0;
    }

    private static long Whole(string format, IntPtr values, long at)
    {
        switch (format)
        {
            case "c":
                return (sbyte)Marshal.ReadByte(values, (int)at);
            case "C":
                return Marshal.ReadByte(values, (int)at);
            case "s":
                return Marshal.ReadInt16(values, (int)at * 2);
            case "S":
                return (ushort)Marshal.ReadInt16(values, (int)at * 2);
            case "i":
            case "tdD":
                return Marshal.ReadInt32(values, (int)at * 4);
            case "I":
                return (uint)Marshal.ReadInt32(values, (int)at * 4);
            default:
                return Marshal.ReadInt64(values, (int)at * 8);
        }
    }

    private static string Cell(Column column, IntPtr of, long row)
    {
        ArrowArray array = Marshal.PtrToStructure<ArrowArray>(of);
        long at = array.Offset + row;
        IntPtr valid = array.BufferCount > 0 ? PointerAt(array.Buffers, 0) : IntPtr.Zero;
        if (valid != IntPtr.Zero && !Bit(valid, at))
        {
            return "-";
        }
        IntPtr values = array.BufferCount > 1 ? PointerAt(array.Buffers, 1) : IntPtr.Zero;
        if (column.Dictionary != null)
        {
            return Cell(column.Dictionary, array.Dictionary, Whole(column.Format, values, at));
        }
        switch (column.Format)
        {
            case "u":
                int begin = Marshal.ReadInt32(values, (int)at * 4), end = Marshal.ReadInt32(values, (int)at * 4 + 4);
                return Utf8.Of(IntPtr.Add(PointerAt(array.Buffers, 2), begin), new UIntPtr((uint)(end - begin)));
            case "b":
                return Bit(values, at) ? "true" : "false";
            case "L":
                return ((ulong)Whole("L", values, at)).ToString(CultureInfo.InvariantCulture);
            case "c":
            case "C":
            case "s":
            case "S":
            case "i":
            case "I":
            case "l":
            case "tdD":
                return Whole(column.Format, values, at).ToString(CultureInfo.InvariantCulture);
        }
        // 128 bits, the low ones first.
        bool decimals = column.Format.StartsWith("d:", StringComparison.Ordinal) && column.Format.Split(',').Length == 2;
        return decimals ? Whole("l", values, 2 * at).ToString(CultureInfo.InvariantCulture) : "?";
    }

    /// <summary>The text of the table of a stream, which is read to its end.</summary>
    internal static string Text(ArrowStream stream)
    {
        List<Column> columns = Into(stream.GetSchema, memory =>
        {
            ArrowSchema schema = Marshal.PtrToStructure<ArrowSchema>(memory);
            List<Column> found = new List<Column>();
            for (long place = 0; place < schema.ChildCount; place++)
            {
                found.Add(new Column(PointerAt(schema.Children, place)));
            }
            Release(schema.Release, memory);
            return found;
        });
        StringBuilder text = new StringBuilder();
        foreach (Column column in columns)
        {
            text.Append(text.Length == 0 ? "" : "|").Append(column.Name).Append(':').Append(column.Formats);
        }
        EachBatch(stream, batch =>
        {
            for (long row = 0; row < batch.Length; row++)
            {
                for (int place = 0; place < columns.Count; place++)
                {
                    text.Append(place == 0 ? "\n" : "|");
                    text.Append(Cell(columns[place], PointerAt(batch.Children, place), batch.Offset + row));
                }
            }
        });
        return text.ToString();
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int FillFunction(IntPtr stream, IntPtr into);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate IntPtr ErrorFunction(IntPtr stream);

    /// <summary>How many tables that were made here are not yet released.</summary>
    internal static int Living;

    /// <summary>A table made of a text. Its memory lives as long as its stream, a schema of it or its batch.</summary>
    private sealed class Made
    {
        // The columns begin behind this many cells: one of the table that is skipped, and one of each column.
        private const int Before = 2;

        private static readonly FillFunction Schemas = (stream, into) => Of(stream, 4 * IntPtr.Size).Schema(into);
        private static readonly FillFunction Batches = (stream, into) => Of(stream, 4 * IntPtr.Size).Batch(into);
        private static readonly ErrorFunction Errors = stream => Of(stream, 4 * IntPtr.Size).failure;
        private static readonly ReleaseFunction LeaveStream = at => Leave(at, 3 * IntPtr.Size, 4 * IntPtr.Size);
        private static readonly ReleaseFunction LeaveSchema = at => Leave(at, Place<ArrowSchema>("Release"), Place<ArrowSchema>("PrivateData"));
        private static readonly ReleaseFunction LeaveArray = at => Leave(at, Place<ArrowArray>("Release"), Place<ArrowArray>("PrivateData"));

        private readonly List<IntPtr> memory = new List<IntPtr>();
        private readonly string[] head;
        private readonly List<string[]> rows = new List<string[]>();
        private readonly GCHandle self;
        private readonly IntPtr failure;
        private int users;
        private bool read;

        /// <summary>Makes it. Where it is to fail, it has a schema and then tells a failure instead of its rows.</summary>
        internal Made(string text, string failure, IntPtr stream)
        {
            this.failure = failure == null ? IntPtr.Zero : Copied(Utf8.Required(failure, "failure"));
            string[] lines = text.Split('\n');
            head = lines[0].Split('|');
            for (int row = 1; row < lines.Length; row++)
            {
                rows.Add(lines[row].Split('|'));
            }
            self = GCHandle.Alloc(this);
            Living++;
            Marshal.WriteIntPtr(stream, 0, Marshal.GetFunctionPointerForDelegate(Schemas));
            Marshal.WriteIntPtr(stream, IntPtr.Size, Marshal.GetFunctionPointerForDelegate(Batches));
            Marshal.WriteIntPtr(stream, 2 * IntPtr.Size, Marshal.GetFunctionPointerForDelegate(Errors));
            Marshal.WriteIntPtr(stream, 3 * IntPtr.Size, Marshal.GetFunctionPointerForDelegate(LeaveStream));
            Marshal.WriteIntPtr(stream, 4 * IntPtr.Size, Used());
        }

        private static int Place<T>(string field)
        {
            return (int)Marshal.OffsetOf(typeof(T), field);
        }

        private static Made Of(IntPtr at, int data)
        {
            return (Made)GCHandle.FromIntPtr(Marshal.ReadIntPtr(at, data)).Target;
        }

        private IntPtr Used()
        {
            users++;
            return GCHandle.ToIntPtr(self);
        }

        private static void Leave(IntPtr at, int release, int data)
        {
            Marshal.WriteIntPtr(at, release, IntPtr.Zero);
            // Those within another have none of their own.
            if (Marshal.ReadIntPtr(at, data) == IntPtr.Zero)
            {
                return;
            }
            Made made = Of(at, data);
            made.users--;
            if (made.users == 0)
            {
                made.memory.ForEach(Marshal.FreeHGlobal);
                made.self.Free();
                Living--;
            }
        }

        private IntPtr Room(int bytes)
        {
            IntPtr room = Marshal.AllocHGlobal(bytes);
            memory.Add(room);
            Marshal.Copy(new byte[bytes], 0, room, bytes);
            return room;
        }

        private IntPtr Copied(byte[] bytes)
        {
            IntPtr room = Room(bytes.Length + 1);
            Marshal.Copy(bytes, 0, room, bytes.Length);
            return room;
        }

        private IntPtr Pointers(params IntPtr[] pointers)
        {
            IntPtr list = Room(pointers.Length * IntPtr.Size);
            Marshal.Copy(pointers, 0, list, pointers.Length);
            return list;
        }

        private IntPtr[] EachColumn<T>(Func<int, string, T> make)
        {
            IntPtr[] all = new IntPtr[head.Length];
            for (int place = 0; place < all.Length; place++)
            {
                all[place] = Room(Marshal.SizeOf(typeof(T)));
                Marshal.StructureToPtr(make(place, head[place].Substring(head[place].IndexOf(':') + 1)), all[place], false);
            }
            return all;
        }

        private int Schema(IntPtr into)
        {
            IntPtr release = Marshal.GetFunctionPointerForDelegate(LeaveSchema);
            IntPtr[] children = EachColumn((place, format) => new ArrowSchema
            {
                Name = Copied(Utf8.Required(head[place].Substring(0, head[place].IndexOf(':')), "name")),
                Format = Copied(Utf8.Required(format, "format")),
                Flags = 2,
                Release = release,
            });
            ArrowSchema schema = new ArrowSchema
            {
                Format = Copied(Utf8.Required("+s", "format")),
                Name = Copied(new byte[0]),
                ChildCount = children.Length,
                Children = Pointers(children),
                Release = release,
                PrivateData = Used(),
            };
            Marshal.StructureToPtr(schema, into, false);
            return 0;
        }

        private int Batch(IntPtr into)
        {
            if (failure != IntPtr.Zero)
            {
                return 5;
            }
            if (read)
            {
                Marshal.StructureToPtr(new ArrowArray(), into, false);
                return 0;
            }
            read = true;
            IntPtr release = Marshal.GetFunctionPointerForDelegate(LeaveArray);
            IntPtr[] children = EachColumn((place, format) => new ArrowArray
            {
                Length = rows.Count + 1,
                NullCount = -1,
                Offset = 1,
                BufferCount = format == "u" ? 3 : 2,
                Buffers = Buffers(place, format),
                Release = release,
            });
            ArrowArray array = new ArrowArray
            {
                Length = rows.Count,
                Offset = 1,
                BufferCount = 1,
                Buffers = Pointers(IntPtr.Zero),
                ChildCount = children.Length,
                Children = Pointers(children),
                Release = release,
                PrivateData = Used(),
            };
            Marshal.StructureToPtr(array, into, false);
            return 0;
        }

        private static void Set(IntPtr bits, int at)
        {
            Marshal.WriteByte(bits, at / 8, (byte)(Marshal.ReadByte(bits, at / 8) | 1 << at % 8));
        }

        private IntPtr Buffers(int place, string format)
        {
            IntPtr valid = Room(rows.Count + Before), values = Room(16 * (rows.Count + Before + 1));
            List<byte> texts = new List<byte>();
            for (int at = 0; at < rows.Count + Before; at++)
            {
                // Those before the first row are as it is.
                string cell = rows[Math.Max(at - Before, 0)][place];
                bool known = cell != "-";
                if (known)
                {
                    Set(valid, at);
                }
                long number;
                long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
                switch (format[0])
                {
                    case 'u':
                        texts.AddRange(Utf8.Optional(known ? cell : ""));
                        Marshal.WriteInt32(values, 4 * at + 4, texts.Count);
                        break;
                    case 'b':
                        if (cell == "true")
                        {
                            Set(values, at);
                        }
                        break;
                    case 'l':
                        Marshal.WriteInt64(values, 8 * at, number);
                        break;
                    case 'd':
                        Marshal.WriteInt64(values, 16 * at, number);
                        Marshal.WriteInt64(values, 16 * at + 8, number < 0 ? -1 : 0);
                        break;
                    default: // i, tdD
                        Marshal.WriteInt32(values, 4 * at, (int)number);
                        break;
                }
            }
            return Pointers(valid, values, Copied(texts.ToArray()));
        }
    }

    /// <summary>
    /// The table of a text, of the formats <c>u</c>, <c>b</c>, <c>i</c>, <c>l</c>, <c>tdD</c> and <c>d:p,s</c>.
    /// </summary>
    internal static ArrowStream Of(string text)
    {
        ArrowStream stream = new ArrowStream();
        new Made(text, null, stream.Pointer);
        return stream;
    }

    /// <summary>A table that fails before its rows.</summary>
    internal static ArrowStream Broken(string failure)
    {
        ArrowStream stream = new ArrowStream();
        new Made("id:u", failure, stream.Pointer);
        return stream;
    }
}
