/** Days are noted once a session; the server keeps one a day. */
let noted = false;

/** That the user looked at *page*, after it was loaded. What fails is not missed. */
export async function noteVisit(orm, page) {
    const today = luxon.DateTime.now().toISODate();
    if (noted === today) {
        return;
    }
    noted = today;
    try {
        await orm.silent.call("sales.commission.visit", "note", [page]);
    } catch {
        noted = false;
    }
}
