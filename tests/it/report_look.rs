//! Writes reports to look at: `SYNOD_LOOK=DIR cargo test --test it report_look:: -- --ignored`.

use crate::support::env;
use crate::support::fake;

#[test]
#[ignore = "writes files for people to look at"]
fn write() {
    let dir = env::folder("SYNOD_LOOK").expect("SYNOD_LOOK is the folder to write to");
    let reports = [
        ("lab", fake::lab()),
        ("three", fake::three()),
        ("numeric", fake::numeric()),
        ("grid16", fake::grid(16, 3000)),
        ("grid40", fake::grid(40, 1000)),
        ("grid300", fake::grid(300, 300)),
        ("phase", fake::phase()),
        ("plane", fake::plane()),
        ("crowd", fake::crowd()),
        ("grid9", fake::grid(9, 2000)),
        ("hostile", fake::hostile()),
        ("nothing", fake::nothing()),
    ];
    for (name, report) in reports {
        for (path, bytes) in synod::report::render(&report).expect("renders") {
            let path = dir.join(name).join(path);
            std::fs::create_dir_all(path.parent().expect("has a parent")).expect("makes the folder");
            std::fs::write(path, bytes).expect("writes");
        }
    }
}
