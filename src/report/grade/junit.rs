//! A grading as JUnit's XML, which continuous integration and graders of classrooms read: a test case a rung.

use super::text::told;
use super::{Grade, Kind};
use crate::report::draw::escaped;

/// The file of `synod grade --junit FILE`.
pub fn grade_junit(grade: &Grade) -> String {
    let count = |is_error: bool| {
        let failed = |kind| matches!(kind, Kind::Failed | Kind::Differs);
        grade.faults().filter(|(_, fault)| failed(fault.kind) == is_error).count()
    };
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n\
         <testsuite name=\"synod grade\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\">\n\
         <properties><property name=\"nodes\" value=\"{}\"/></properties>\n",
        grade.rungs.len(),
        count(false),
        count(true),
        escaped(&grade.label)
    );
    for it in &grade.rungs {
        let name = format!("rung {}, {}: {}", it.rung.number, it.rung.name, it.rung.asks);
        xml.push_str(&format!("<testcase classname=\"synod.grade\" name=\"{}\"", escaped(&name)));
        let Some(fault) = &it.fault else {
            xml.push_str("/>\n");
            continue;
        };
        let element = if matches!(fault.kind, Kind::Failed | Kind::Differs) { "error" } else { "failure" };
        let lines: Vec<String> = told(fault).lines().map(escaped).collect();
        xml.push_str(&format!(
            ">\n<{element} message=\"{}\">{}</{element}>\n</testcase>\n",
            escaped(&fault.brief),
            lines.join("\n")
        ));
    }
    xml + "</testsuite>\n</testsuites>\n"
}
