// SPDX-License-Identifier: GPL-2.0-only
// A machine of all kinds of devices that an import meets: see tests/test_platform_import_aml.c.
DefinitionBlock ("machine.aml", "DSDT", 2, "P2MLAB", "IMPORT", 1)
{
    Name (SIZE, 0x2000)
    OperationRegion (GLBL, SystemMemory, 0x90000000, 0x10)
    Field (GLBL, DWordAcc, NoLock, Preserve) { FLAG, 32 }
    Scope (\_SB)
    {
        Device (CPU0) { Name (_HID, "ACPI0007") Name (_UID, 0) }
        // Not present, nor is what is below it, yet they are counted.
        Device (OFF0)
        {
            Name (_HID, "LNRO0005")
            Name (_STA, 0)
            Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadWrite, 0x10000000, 0x1000) })
            Device (SUB0)
            {
                Name (_HID, "LNRO0005")
                Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadWrite, 0x10001000, 0x1000) })
            }
        }
        // Functioning is enough.
        Device (FUN0)
        {
            Name (_HID, "LNRO0005")
            Name (_STA, 8)
            Name (_CRS, ResourceTemplate ()
            {
                Memory32Fixed (ReadWrite, 0x10002000, 0x1000)
                QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable,
                    ReadWrite, 0, 0x10003000, 0x10003FFF, 0, 0x1000)
            })
        }
        // Without a _HID there is no platform device.
        Device (CID0)
        {
            Name (_CID, "LNRO0006")
            Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadWrite, 0x10004000, 0x1000) })
        }
        // Its resources depend on a register.
        Device (DYN0)
        {
            Name (_HID, "LNRO0007")
            Name (_CID, Package () { "LNRO0008", "LNRO0009" })
            Method (_CRS, 0, Serialized)
            {
                Name (RBUF, ResourceTemplate () {
                    Memory32Fixed (ReadWrite, 0x10005000, 0x1000, BAR) })
                CreateDWordField (RBUF, BAR._BAS, BASE)
                If (FLAG) { BASE = 0x10006000 }
                Return (RBUF)
            }
        }
        Device (DYN1)
        {
            Name (_HID, "LNRO0007")
            Method (_STA) { Return (FLAG) }
            Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadWrite, 0x10007000, 0x1000) })
        }
        Device (COM0)
        {
            Name (_HID, "ARMH0011")
            Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadWrite, 0x09000000, 0x1000) })
            OperationRegion (REGA, SystemMemory, 0x90000100, 0x10)
            Field (REGA, ByteAcc, NoLock, Preserve) { RAA, 8 }
            Method (_INI) { RAA = 1 }
            OperationRegion (REGB, SystemMemory, FLAG, 0x10)
            OperationRegion (IOPO, SystemIO, 0x70, 2)
            Method (MTH0)
            {
                OperationRegion (REGC, SystemMemory, 0x90000200, 0x2)
                Field (REGC, WordAcc, NoLock, Preserve) { RCC, 8 }
                RCC = 1
            }
        }
        // Two host bridges; the second's buses come first in MCFG.
        Device (PCI1)
        {
            Name (_HID, "PNP0A08")
            Name (_CID, "PNP0A03")
            Name (_SEG, 1)
            Name (_CRS, ResourceTemplate ()
            {
                WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode, 0, 0x10, 0x1F, 0,
                    0x10)
                DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable,
                    ReadWrite, 0, 0x20000000, 0x2FFFFFFF, 0, 0x10000000)
                DWordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange, 0, 0,
                    0xFFF, 0x3E000000, 0x1000)
            })
        }
        Device (PCI0)
        {
            Name (_HID, "PNP0A03")
            Name (_BBN, 0)
            Method (_CBA) { Return (0x60000000) }
            Name (_CRS, ResourceTemplate ()
            {
                WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode, 0, 0, 3, 0, 4)
                DWordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange, 0, 0,
                    0xFFFF, 0x3F000000, 0x10000)
            })
            Device (NIC0)
            {
                Name (_HID, "LNRO000A")
                Name (_CRS, ResourceTemplate () { Memory32Fixed (ReadWrite, 0x10008000, 0x1000) })
            }
        }
        // Neither MCFG nor _CBA knows it.
        Device (PCI2) { Name (_HID, "PNP0A08") Name (_SEG, 7) }
    }
}
