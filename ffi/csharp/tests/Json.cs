using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

/// <summary>
/// A small reader of JSON for the tests: objects, lists, texts, true, false, null; numbers stay as they are written.
/// </summary>
internal sealed class Json
{
    internal sealed class Number
    {
        internal readonly string Text;

        internal Number(string text)
        {
            Text = text;
        }
    }

    private readonly string text;
    private int at;

    private Json(string text)
    {
        this.text = text;
    }

    internal static object Of(string text)
    {
        Json json = new Json(text);
        object value = json.Value();
        json.Space();
        if (json.at != text.Length)
        {
            throw new FormatException("something stands behind the value");
        }
        return value;
    }

    internal static Dictionary<string, object> Object(string text)
    {
        return (Dictionary<string, object>)Of(text);
    }

    private void Space()
    {
        while (at < text.Length && " \t\r\n".IndexOf(text[at]) >= 0)
        {
            at++;
        }
    }

    private char Peek()
    {
        Space();
        return at < text.Length ? text[at] : '\0';
    }

    private void Take(char one)
    {
        if (Peek() != one)
        {
            throw new FormatException("expected " + one + " at " + at);
        }
        at++;
    }

    private object Value()
    {
        switch (Peek())
        {
            case '{':
                Dictionary<string, object> entries = new Dictionary<string, object>();
                at++;
                for (bool more = Peek() != '}'; more; more = Next('}'))
                {
                    Peek();
                    string name = Text();
                    Take(':');
                    entries.Add(name, Value());
                }
                Take('}');
                return entries;
            case '[':
                List<object> items = new List<object>();
                at++;
                for (bool more = Peek() != ']'; more; more = Next(']'))
                {
                    items.Add(Value());
                }
                Take(']');
                return items;
            case '"':
                return Text();
        }
        int begin = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || "+-.".IndexOf(text[at]) >= 0))
        {
            at++;
        }
        string word = text.Substring(begin, at - begin);
        switch (word)
        {
            case "true":
                return true;
            case "false":
                return false;
            case "null":
                return null;
            case "":
                throw new FormatException("expected a value at " + begin);
        }
        return new Number(word);
    }

    private bool Next(char end)
    {
        if (Peek() == end)
        {
            return false;
        }
        Take(',');
        return true;
    }

    private string Text()
    {
        StringBuilder found = new StringBuilder();
        Take('"');
        while (text[at] != '"')
        {
            char one = text[at++];
            if (one == '\\')
            {
                one = text[at++];
                switch (one)
                {
                    case 'u':
                        one = (char)ushort.Parse(text.Substring(at, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                        at += 4;
                        break;
                    case 'n':
                        one = '\n';
                        break;
                    case 't':
                        one = '\t';
                        break;
                    case 'r':
                        one = '\r';
                        break;
                    case 'b':
                        one = '\b';
                        break;
                    case 'f':
                        one = '\f';
                        break;
                }
            }
            found.Append(one);
        }
        at++;
        return found.ToString();
    }
}
