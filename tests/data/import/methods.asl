// SPDX-License-Identifier: GPL-2.0-only
// Regions that only a _DSM reaches: of a PCI function, and of a device with a driver of its own.
DefinitionBlock ("methods.aml", "DSDT", 2, "P2MLAB", "METHODS", 1)
{
    Scope (\_SB)
    {
        Device (PCI0)
        {
            Name (_HID, EisaId ("PNP0A08"))
            Name (_CBA, 0x60000000)
            Device (RP01)
            {
                Name (_ADR, 0x10000)
                OperationRegion (RPRG, SystemMemory, 0x90000000, 4)
                Field (RPRG, DWordAcc, NoLock, Preserve) { RPFD, 32 }
                Method (_DSM, 4) { Return (RPFD) }
            }
        }
        Device (NVD0)
        {
            Name (_HID, "ACPI0012")
            OperationRegion (NVRG, SystemMemory, 0x90001000, 4)
            Field (NVRG, DWordAcc, NoLock, Preserve) { NVFD, 32 }
            Method (_DSM, 4) { Return (NVFD) }
        }
        Device (LID0)
        {
            Name (_HID, EisaId ("PNP0C0D"))
            OperationRegion (LDRG, SystemMemory, 0x90002000, 8)
            Field (LDRG, DWordAcc, NoLock, Preserve) { LDFD, 32, LDST, 32 }
            Method (_LID) { Return (LDFD) }
            Method (_STA) { Return (LDST) }
        }
    }
}
