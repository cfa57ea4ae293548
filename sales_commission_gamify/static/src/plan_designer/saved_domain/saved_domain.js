import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {DomainSelectorDialog} from "@web/core/domain_selector_dialog/domain_selector_dialog";
import {_t} from "@web/core/l10n/translation";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {sayError} from "../designer_model";

/** A filter, said in words; a click opens Odoo's own editor for it. */
export class SavedDomain extends Component {
    static template = "sales_commission_gamify.SavedDomain";
    static props = {
        label: String,
        model: [String, {value: false}],
        value: String,
        readonly: {type: Boolean, optional: true},
        onSave: Function,
    };

    setup() {
        this.dialog = useService("dialog");
        this.trees = useService("tree_processor");
        this.keepLast = new KeepLast();
        this.state = useState({words: "", error: ""});
        onWillStart(() => this.describe(this.props));
        onWillUpdateProps((next) => {
            if (next.value !== this.props.value || next.model !== this.props.model) {
                this.describe(next);
            }
        });
    }

    async describe({model, value}) {
        if (!model || value.replace(/\s/g, "") === "[]") {
            this.state.words = "";
            return;
        }
        try {
            this.state.words = await this.keepLast.add(
                this.trees
                    .treeFromDomain(model, value, !this.env.debug)
                    .then((tree) => this.trees.getDomainTreeDescription(model, tree)),
            );
        } catch {
            this.state.words = value;
        }
    }

    get words() {
        return this.state.words || _t("anything: all of them count");
    }

    open() {
        this.dialog.add(DomainSelectorDialog, {
            title: this.props.label,
            resModel: this.props.model,
            domain: this.props.value,
            isDebugMode: Boolean(this.env.debug),
            onConfirm: (domain) => this.save(domain),
        });
    }

    async save(domain) {
        try {
            await this.props.onSave(domain);
            this.state.error = "";
        } catch (error) {
            this.state.error = sayError(error);
        }
    }
}
