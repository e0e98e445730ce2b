pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Qt.labs.qmlmodels
import Skald
import "../controls"
import "../theme"

// Some of the numbers of the sampling parameters, below each other.
ColumnLayout {
    id: root

    required property InspectorController inspector
    required property SamplingModel numbers

    spacing: Theme.scaled(12)

    Repeater {
        model: root.numbers

        delegate: DelegateChooser {
            role: "kind"

            DelegateChoice {
                roleValue: "real"

                ColumnLayout {
                    id: real

                    required property string control
                    required property string heading
                    required property double highest
                    required property string key
                    required property double lowest
                    required property string name
                    required property string note
                    required property double number
                    required property string shown
                    required property double step

                    Layout.fillWidth: true
                    spacing: Theme.gap

                    GroupHeading {
                        text: real.heading
                    }
                    ValueSlider {
                        Layout.fillWidth: true
                        from: real.lowest
                        name: real.name
                        note: real.note
                        sliderName: real.control
                        step: real.step
                        to: real.highest
                        value: real.number
                        valueText: real.shown

                        onMoved: value => root.inspector.setNumber(real.key, value)
                    }
                }
            }
            DelegateChoice {
                roleValue: "whole"

                ColumnLayout {
                    id: whole

                    required property string control
                    required property string heading
                    required property double highest
                    required property string key
                    required property double lowest
                    required property string name
                    required property string note
                    required property double number
                    required property double step

                    Layout.fillWidth: true
                    spacing: Theme.gap

                    GroupHeading {
                        text: whole.heading
                    }
                    NumberLine {
                        from: whole.lowest
                        name: whole.name
                        note: whole.note
                        objectName: whole.control
                        step: whole.step
                        to: whole.highest
                        value: whole.number
                        zeroText: Texts.t["inspector.off"]

                        onModified: value => root.inspector.setNumber(whole.key, value)
                    }
                }
            }
        }
    }
}
