//! Papers and sheets of Hakutaku: PDF by Typst, XLSX and CSV.
//!
//! Everything here turns finished words and figures into files and files into checked values; nothing is scored here.
//!
//! | module | what it makes |
//! |---|---|
//! | [`pdf`] | a document as PDF/A-2a and PDF/UA-1, or plain with a notice |
//! | [`mod@after_action`], [`call_check`] | what a drill, a round of calls came to |
//! | [`contact_chart`] | who is called by whom, for the folder and for the wall |
//! | [`attendance_sheet`], [`certificate`], [`late_list`] | the list to sign in a course, the certificate, who is not through |
//! | [`mod@cases_pdf`] | where the chains of published cases would have broken, on one page |
//! | [`mod@questionnaire_pdf`] | the blank form to fill in by hand |
//! | [`mod@result_pdf`] | the full result and the executive page |
//! | [`mod@checklist_pdf`], [`mod@checklist_workbook`] | an official form as filled in |
//! | [`workbook`] | the workbook to fill in, and its dry-run import |
//! | [`mod@result_workbook`] | the result as sheets with real numbers |
//! | [`disclosure`], [`vendor_workbook`] | what vendors hand in, and the request to them as a workbook |
//! | [`tables`] | result and answers as CSV |
//! | [`mod@ledger_table`] | the device ledger as CSV and XLSX |
//! | [`mod@responsibility_pdf`], [`responsibility_sheet`] | who does what: annex to the contract, sheet for a party |
//! | [`mod@plan_pdf`], [`mod@plan_docx`] | the plan for outages and attacks, for the bag and to go on editing |
//! | [`procurement`] | requirement lines as DOCX and XLSX |
//! | [`mod@connection_picture`] | the hospital with every line into it, as SVG and on A3 |
//! | [`incident_report`] | reports, the whole record and labels of evidence of an incident |
//! | [`audit_report`], [`audit_pack`] | an audit in two lengths, and what a guest room leaves behind |
//! | [`inspection`] | the inspection pack as paper and archive |
//! | [`notice_papers`] | whom to telephone about a notice, and sheets to FAX |
//! | [`official`] | the ministry's own spreadsheet, read and filled in place |
//! | [`radar`] | the chart as SVG, for paper and screen |

pub mod after_action;
pub mod attendance_sheet;
pub mod audit_pack;
pub mod audit_report;
mod audit_report_paper;
pub mod call_check;
pub mod cases_pdf;
pub mod certificate;
pub mod checklist_pdf;
pub mod checklist_workbook;
pub mod connection_picture;
pub mod contact_chart;
pub mod disclosure;
pub mod fonts;
pub mod header;
pub mod incident_report;
pub mod inspection;
pub mod late_list;
pub mod ledger_table;
pub mod notice_papers;
pub mod official;
pub mod pdf;
pub mod plan_docx;
pub mod plan_pdf;
pub mod procurement;
pub mod questionnaire_pdf;
pub mod radar;
pub mod responsibility_pdf;
pub mod responsibility_sheet;
pub mod result_pdf;
pub mod result_workbook;
mod sheet_style;
pub mod tables;
pub mod vendor_workbook;
mod words;
pub mod workbook;
mod world;

pub use after_action::{after_action, after_action_docx, after_action_pdf};
pub use attendance_sheet::{AttendanceSheet, JoinCode, attendance_sheet_pdf};
pub use call_check::call_check_pdf;
pub use cases_pdf::cases_pdf;
pub use certificate::{Certificate, certificate_pdf};
pub use checklist_pdf::checklist_pdf;
pub use checklist_workbook::checklist_workbook;
pub use connection_picture::{ConnectionPicture, PictureSource, connection_picture_pdf, connection_picture_svg};
pub use contact_chart::{ContactPaper, contact_chart_pdf};
pub use header::Header;
pub use incident_report::{incident_label_pdf, incident_pdf, incident_workbook};
pub use late_list::{LateList, late_list_pdf};
pub use ledger_table::{ledger_csv, ledger_workbook};
pub use notice_papers::{PhoneList, fax_sheets_pdf, phone_list_pdf};
pub use pdf::{Pdf, PdfError, PdfNotice};
pub use plan_docx::plan_docx;
pub use plan_pdf::{PlanCover, plan_pdf};
pub use questionnaire_pdf::questionnaire_pdf;
pub use radar::{RadarAxis, RadarChart, radar_svg};
pub use result_pdf::{executive_pdf, result_pdf};
pub use result_workbook::result_workbook;
pub use tables::{CsvError, answers_csv, result_csv};
pub use workbook::{
    CellProblem, CellRef, ImportCounts, ImportPreview, ImportRefused, ImportRow, Verdict, WorkbookError,
    questionnaire_workbook, read_workbook,
};
