//! A table in LaTeX: over as many pages as its rows need, in as many parts as its columns need.
//!
//! Absent on purpose: scaling, which makes a wide table too small to read; and widths from TeX's own metrics, which are not known
//! here: they are estimated by the figures' typeface, which is wider.

use std::fmt::Write as _;

use super::latex::escaped;
use super::table::{Column, Field, Role, Table};
use super::text::{width, wrapped};

/// Length of a line of an article on A4 or Letter with margins of 25 mm, points.
const LINE: f64 = 450.0;
/// A float that is higher does not fit a page with its caption, points.
const FLOAT: f64 = 560.0;
/// Between two columns, points.
const GAP: f64 = 8.0;
/// Sizes of values and of the intervals below them, points.
const SIZES: [f64; 2] = [8.0, 7.0];
/// Words that are wider are broken into lines, where the table is too wide, points.
const WIDEST: f64 = 84.0;
/// In so many lines at most.
const MOST_LINES: usize = 6;
/// Height of a line, of the space below an interval, and of a caption's line, points.
const HEIGHTS: [f64; 3] = [11.0, 2.0, 13.6];
/// Characters of a caption's line.
const CAPTION: usize = 85;
/// Longer tables are for machines: after so many rows the reader is sent to `cells.csv`.
const MOST: usize = 96;

/// A table with its caption, each interval below its value: as floats, or else with page breaks between its rows.
pub fn table(table: &Table, caption: &str, label: &str, floats: bool) -> String {
    let (rows, caption) = shown(table, caption);
    let columns = columns(table, rows);
    let mut out = String::new();
    for (i, part) in parts(&columns).iter().enumerate() {
        let title = match i {
            0 => format!("\\caption{{{caption}}}\\label{{{label}}}"),
            _ => "\\caption[]{(continued: further columns)}".to_owned(),
        };
        out.push_str(&set(part, rows, &title, i > 0, floats));
    }
    out
}

/// Whether a page holds each part of a table with its caption.
pub fn fits_page(table: &Table, caption: &str) -> bool {
    let (rows, caption) = shown(table, caption);
    let title = HEIGHTS[2] * caption.len().div_ceil(CAPTION) as f64;
    parts(&columns(table, rows)).iter().all(|part| title + height(part, rows) <= FLOAT)
}

/// The rows that are shown, and the caption, which says how many are not.
fn shown<'a>(table: &'a Table, caption: &str) -> (&'a [Vec<Field>], String) {
    let rows = &table.rows[..table.rows.len().min(MOST)];
    let left_out = table.rows.len() - rows.len() + table.left_out;
    let mut caption = caption.to_owned();
    if left_out > 0 {
        let _ = write!(caption, " {left_out} further rows are in \\texttt{{cells.csv}}.");
    }
    (rows, caption)
}

/// A column with its place in a row and how wide it is.
struct Set<'a> {
    column: &'a Column,
    place: usize,
    width: f64,
}

/// All columns. Words are broken into lines where the table would not fit the line.
fn columns<'a>(table: &'a Table, rows: &[Vec<Field>]) -> Vec<Set<'a>> {
    let widest = |place: usize, column: &Column| {
        let heads = column.head.split(' ').map(|word| width(word, SIZES[0], false));
        let fields = rows.iter().map(|row| &row[place]);
        let fields = fields
            .flat_map(|field| [width(&field.text, SIZES[0], false), width(&field.interval, SIZES[1], false)]);
        heads.chain(fields).fold(0.0, f64::max)
    };
    let columns = table.columns.iter().enumerate();
    let columns = columns.map(|(place, column)| Set { column, place, width: widest(place, column) });
    let mut columns: Vec<Set> = columns.collect();
    if total(&columns) > LINE {
        for column in columns.iter_mut().filter(|it| !it.column.numeric) {
            column.width = column.width.min(WIDEST);
        }
    }
    columns
}

fn total<'a>(columns: impl IntoIterator<Item = &'a Set<'a>>) -> f64 {
    columns.into_iter().fold(-GAP, |sum, column| sum + column.width + GAP)
}

/// The columns in parts that fit the line: each says what its rows are of, the first one with a cell's parameters, the others by
/// its number.
fn parts<'a>(columns: &'a [Set<'a>]) -> Vec<Vec<&'a Set<'a>>> {
    let of = |roles: &[Role]| columns.iter().filter(|it| roles.contains(&it.column.role)).collect::<Vec<_>>();
    let keys = of(&[Role::Key]);
    let mut parts = vec![of(&[Role::Key, Role::Parameter])];
    let mut has_values = false;
    for column in of(&[Role::Value]) {
        let fits = |part: &Vec<&Set>| total(part.iter().copied()) + GAP + column.width <= LINE;
        match parts.last_mut() {
            Some(part) if !has_values || fits(part) => part.push(column),
            _ => parts.push(keys.iter().copied().chain([column]).collect()),
        }
        has_values = true;
    }
    parts
}

/// A part: as a float, or else with page breaks between its rows.
fn set(part: &[&Set], rows: &[Vec<Field>], title: &str, continues: bool, floats: bool) -> String {
    let alignment: String = part.iter().map(|it| if it.column.numeric { 'r' } else { 'l' }).collect();
    let heads: Vec<String> = part.iter().map(|it| head(&it.column.head, it.column.numeric)).collect();
    let (heads, body) = (heads.join(" & "), body(part, rows));
    let steps_back = if continues { "\\addtocounter{table}{-1}" } else { "" };
    if floats {
        return format!(
            "\n\\begin{{table}}[htbp]\n\\centering\\footnotesize\\setlength{{\\tabcolsep}}{{4pt}}\n\
             {steps_back}{title}\\vspace{{4pt}}\n\\begin{{tabular}}{{@{{}}{alignment}@{{}}}}\n\\toprule\n{heads}\\\\\n\\midrule\n\
             {body}\\bottomrule\n\\end{{tabular}}\n\\end{{table}}\n"
        );
    }
    let span = part.len();
    // One chunk of all rows: else the columns have other widths on each page until the third run of TeX.
    format!(
        "\n\\begingroup\\footnotesize\\setlength{{\\tabcolsep}}{{4pt}}\\setlength{{\\LTcapwidth}}{{\\linewidth}}\
         \\setcounter{{LTchunksize}}{{{chunk}}}{steps_back}\n\\begin{{longtable}}{{@{{}}{alignment}@{{}}}}\n{title}\\\\[4pt]\n\
         \\toprule\n{heads}\\\\\n\\midrule\n\\endfirsthead\n\
         \\multicolumn{{{span}}}{{@{{}}l@{{}}}}{{\\tablename~\\thetable{{}} (continued)}}\\\\[4pt]\n\
         \\toprule\n{heads}\\\\\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n{body}\\end{{longtable}}\n\\endgroup\n",
        chunk = 2 * MOST + 20
    )
}

/// How high the rows and the heads are.
fn height(part: &[&Set], rows: &[Vec<Field>]) -> f64 {
    let words = |it: &&Set| it.column.head.split(' ').count();
    let heads = part.iter().map(words).max().unwrap_or(1);
    let of_row = |row: &Vec<Field>| match lines(part, row).len() {
        1 => HEIGHTS[0],
        more => HEIGHTS[0] * more as f64 + HEIGHTS[1],
    };
    HEIGHTS[0] * heads as f64 + rows.iter().map(of_row).sum::<f64>()
}

/// The lines of a row: values and the beginnings of words, below them intervals and how the words go on.
fn lines(part: &[&Set], row: &[Field]) -> Vec<Vec<String>> {
    let fields: Vec<Vec<String>> = part.iter().map(|it| field(it, &row[it.place])).collect();
    let many = fields.iter().map(Vec::len).max().unwrap_or(1);
    let line = |i: usize| fields.iter().map(|field| field.get(i).cloned().unwrap_or_default()).collect();
    (0..many).map(line).collect()
}

fn field(set: &Set, field: &Field) -> Vec<String> {
    if field.interval.is_empty() && !set.column.numeric {
        // A rounding of the widest one's width must not break it.
        let words = wrapped(&field.text, SIZES[0], false, set.width + 0.1, MOST_LINES);
        return words.iter().map(|line| escaped(line)).collect();
    }
    let interval =
        (!field.interval.is_empty()).then(|| format!("{{\\scriptsize {}}}", escaped(&field.interval)));
    [escaped(&field.text)].into_iter().chain(interval).collect()
}

fn body(part: &[&Set], rows: &[Vec<Field>]) -> String {
    let mut out = String::new();
    for row in rows {
        let lines: Vec<String> = lines(part, row).iter().map(|line| line.join(" & ")).collect();
        let space = if lines.len() > 1 { "[2pt]" } else { "" };
        // No page ends within a row.
        let _ = writeln!(out, "{}\\\\{space}", lines.join("\\\\*\n"));
    }
    out
}

/// A head of several words, one below the other.
fn head(text: &str, numeric: bool) -> String {
    let lines: Vec<String> = text.split(' ').map(escaped).collect();
    format!(
        "\\begin{{tabular}}[b]{{@{{}}{}@{{}}}}{}\\end{{tabular}}",
        if numeric { 'r' } else { 'l' },
        lines.join("\\\\")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(rows: usize, columns: usize) -> Table {
        let role = |i: usize| [Role::Key, Role::Parameter].get(i).copied().unwrap_or(Role::Value);
        let column = |i: usize| Column { head: format!("c{i}"), numeric: i != 1, role: role(i) };
        let field = |i: usize| Field {
            text: format!("{i}.12345678"),
            interval: "[0.123, 4.567]".into(),
            number: None,
        };
        Table {
            columns: (0..columns).map(column).collect(),
            rows: vec![(0..columns).map(field).collect(); rows],
            left_out: 0,
        }
    }

    #[test]
    fn what_is_too_wide_is_in_parts_each_of_which_names_its_rows() {
        let text = table(&wide(3, 12), "caption", "tab:it", true);
        assert_eq!(text.matches("\\begin{tabular}{@{}").count(), 2, "{text}");
        assert_eq!(text.matches("\n0.12345678 & ").count(), 6, "both parts have the cells' numbers: {text}");
        assert_eq!(text.matches("& 1.12345678 & ").count(), 3, "the first has their parameters: {text}");
        for column in 2..12 {
            let value = format!(" {column}.12345678");
            assert_eq!(text.matches(&value).count(), 3, "{value}: {text}");
        }
        assert!(!text.contains("resizebox") && text.matches("\\label").count() == 1);
        assert_eq!(table(&wide(3, 6), "caption", "tab:it", true).matches("\\begin{tabular}{@{}").count(), 1);
    }

    #[test]
    fn words_go_on_beside_the_intervals() {
        let mut it = wide(1, 9);
        it.rows[0][1] =
            Field { text: "backoff base 10ms cap 640ms".into(), interval: String::new(), number: None };
        let text = table(&it, "caption", "tab:it", true);
        assert!(text.contains("& backoff base 10ms & 2.12345678"), "{text}");
        assert!(text.contains("& cap 640ms & {\\scriptsize"), "{text}");
    }

    #[test]
    fn what_is_too_long_breaks_between_its_rows() {
        assert!(fits_page(&wide(20, 5), "caption") && !fits_page(&wide(40, 5), "caption"));
        assert!(!fits_page(&wide(20, 5), &"word ".repeat(400)), "its caption takes half of the page");
        let short = table(&wide(20, 5), "caption", "tab:it", true);
        assert!(short.contains("\\begin{table}") && !short.contains("longtable"));
        let long = table(&wide(40, 5), "caption", "tab:it", false);
        assert!(long.contains("\\begin{longtable}") && !long.contains("\\begin{table}"));
        let longest = table(&wide(200, 5), "caption", "tab:it", false);
        assert!(longest.contains("104 further rows are in \\texttt{cells.csv}"));
    }
}
