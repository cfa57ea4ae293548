import {Component, onMounted, onWillUnmount} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

const POLL = 4000; // Milliseconds between two looks at a step that is being worked

class PeriodField extends Component {
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    /** Call a button's method of the period, with further arguments. */
    press(name, ...args) {
        const {record} = this.props;
        return this.action.doActionButton({
            type: "object",
            name,
            args: args.length ? JSON.stringify(args) : undefined,
            resModel: record.resModel,
            resId: record.resId,
            resIds: [record.resId],
            context: record.context,
            onClose: () => record.load(),
        });
    }
}

/** The five steps of a close: what remains in each, and the one that is due. */
export class CloseBar extends PeriodField {
    static template = "sales_commission_gamify.CloseBar";

    setup() {
        super.setup();
        onMounted(() => {
            this.timer = setInterval(() => this.refresh(), POLL);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get steps() {
        return this.value?.steps || [];
    }

    get round() {
        return this.value?.round;
    }

    async refresh() {
        if (this.round && !this.round.failed && !this.loading) {
            this.loading = true;
            try {
                await this.props.record.load();
            } catch {
                // the next look may find the server again
            } finally {
                this.loading = false;
            }
        }
    }
}

/** What stands in the way, each with a button to its list. */
export class CloseChecks extends PeriodField {
    static template = "sales_commission_gamify.CloseChecks";

    get open() {
        return (this.value || []).filter((check) => check.count);
    }

    get passed() {
        const labels = (this.value || [])
            .filter((check) => !check.count)
            .map((check) => check.label);
        return labels.join(" · ");
    }
}

registry.category("fields").add("commission_close_bar", {
    component: CloseBar,
    supportedTypes: ["json"],
});
registry.category("fields").add("commission_close_checks", {
    component: CloseChecks,
    supportedTypes: ["json"],
});
